using Mindwright.Evaluation.Statistics;
using Mindwright.Inference;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Stages.Reason;

/// <summary>A question whose answer can be checked.</summary>
/// <param name="Kind">What it is about; results are reported by kind.</param>
/// <param name="Question">What the user asks.</param>
/// <param name="Answer">The right answer.</param>
public sealed record Problem(string Kind, string Question, string Answer);

/// <summary>One answer that the policy wrote, and what it earned.</summary>
/// <param name="Problem">The question.</param>
/// <param name="Prompt">The question's token ids, up to where the assistant speaks.</param>
/// <param name="Answer">The ids that the policy drew, its end of turn included.</param>
/// <param name="LogProbs">Their log-probabilities as drawn.</param>
/// <param name="Reward">What the verifier gave.</param>
public sealed record Episode(Problem Problem, int[] Prompt, int[] Answer, float[] LogProbs, double Reward);

/// <summary>Samples answers to problems and has them verified.</summary>
public sealed class Rollout
{
    // Sequences side by side: enough that a product with a row a sequence keeps the cores busy.
    private const int Slots = 128;

    private readonly BatchGenerator _generator;
    private readonly IChatFormat _format;
    private readonly Verifier _verifier;

    /// <summary>Makes a sampler of answers.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="format">How conversations become ids.</param>
    /// <param name="verifier">Rewards answers; <see cref="Verifiers.ExactAnswer"/> by default.</param>
    public Rollout(ILanguageModel model, IChatFormat format, Verifier? verifier = null)
    {
        _generator = new BatchGenerator(model, Slots);
        _format = format;
        _verifier = verifier ?? Verifiers.ExactAnswer;
    }

    /// <summary>Samples answers to each problem: those to one problem stand side by side.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="group">Answers to each.</param>
    /// <param name="maxTokens">Longest answer.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IReadOnlyList<Episode> Sample(
        IReadOnlyList<Problem> problems, int group, int maxTokens, SamplingOptions sampling, CancellationToken cancellation = default)
    {
        var prompts = problems.SelectMany(problem => Enumerable.Repeat(_format.EncodePrompt([new ChatMessage(ChatRole.User, problem.Question)]), group)).ToArray();
        var options = new GenerationOptions { MaxNewTokens = maxTokens, StopIds = _format.StopIds, Sampling = sampling };
        var answers = _generator.Generate(prompts, options, cancellation: cancellation);
        return [.. answers.Select((answer, i) => new Episode(
            problems[i / group], prompts[i], answer.Tokens, answer.LogProbs, Reward(answer, problems[i / group])))];
    }

    private double Reward(GeneratedSequence answer, Problem problem)
    {
        var ended = answer.Finish == FinishReason.Stop && answer.Tokens[^1] == _format.EndOfTurn;
        return _verifier(problem, _format.ParseAnswer(answer.Tokens), ended);
    }
}
