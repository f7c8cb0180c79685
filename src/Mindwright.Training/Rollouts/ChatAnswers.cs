using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Rollouts;

/// <summary>What a model answers to single questions.</summary>
/// <param name="Texts">The answers, without thinking.</param>
/// <param name="Ended">How many of them the model ended by itself.</param>
internal sealed record ChatAnswers(IReadOnlyList<string> Texts, int Ended)
{
    private const int AnswerTokens = 160;
    private const int Slots = 64;

    /// <summary>Asks each question by itself.</summary>
    /// <param name="model">The model.</param>
    /// <param name="format">How conversations become ids.</param>
    /// <param name="questions">What the user asks.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public static ChatAnswers Ask(
        Transformer model, IChatFormat format, IReadOnlyList<string> questions, SamplingOptions sampling, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(questions);
        using var languageModel = new TorchLanguageModel(model);
        int[][] prompts = [.. questions.Select(question => format.EncodePrompt([new ChatMessage(ChatRole.User, question)]))];
        var options = new GenerationOptions
        {
            MaxNewTokens = AnswerTokens,
            StopIds = format.StopIds,
            Sampling = sampling,
        };
        var answers = new BatchGenerator(languageModel, Slots).Generate(prompts, options, cancellation: cancellation);
        return new ChatAnswers([.. answers.Select(a => format.ParseAnswer(a.Tokens).Content)], answers.Count(a => a.Finish == FinishReason.Stop));
    }
}
