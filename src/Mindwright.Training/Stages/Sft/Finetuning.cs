using Mindwright.Data.BuiltIn;
using Mindwright.Evaluation.Baselines;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

namespace Mindwright.Training.Stages.Sft;

/// <summary>What fine-tuning reached, on questions about members that the model never saw.</summary>
/// <param name="HeldOutLoss">Loss on unseen conversations, nats per token of the assistant.</param>
/// <param name="ChrF">chrF of the fine-tuned model's answers against the true summaries, 0 to 100; null without the built-in corpus.</param>
/// <param name="BaseChrF">chrF of what the base model wrote to the same questions.</param>
/// <param name="NeighbourChrF">chrF of a look-up in what the model has learned from: the answer of the most similar question.</param>
/// <param name="Ended">Share of answers that ended by themselves, drawn as in a chat.</param>
/// <param name="EndedGreedy">The same where always the most probable token is taken, which leads small models into loops.</param>
/// <param name="Answers">A few questions with the true summary and both models' answers.</param>
public sealed record SftResult(
    double HeldOutLoss, Interval? ChrF, Interval? BaseChrF, Interval? NeighbourChrF, Interval Ended, Interval EndedGreedy,
    IReadOnlyList<AnswerSample> Answers);

/// <summary>A question, what is true, and what models answered.</summary>
public sealed record AnswerSample(string Question, string? Truth, string Base, string Tuned);

/// <summary>Supervised fine-tuning from a recipe: the second stage of a run.</summary>
public static class Finetuning
{
    // Questions that chrF is measured on: enough for an interval of a few points.
    private const int Questions = 150;
    private const int AnswerTokens = 160;
    // Draws of each question by which it is seen whether answers end: one in a hundred should show.
    private const int Draws = 4;
    private const double HeldOutShare = 0.02;

    /// <summary>Makes conversations, trains the model on them, and measures its answers before and after.</summary>
    public static SftResult Run(StageContext context, Material material, ModelTokenizer tokenizer, Transformer model)
    {
        var recipe = context.Recipe;
        var section = recipe.Sft;
        var format = tokenizer.Chat;
        if (section.Row > model.Config.ContextLength)
            throw new RecipeException($"{section.Row} tokens are more than the model's context of {model.Config.ContextLength}", key: "sft.row", cure: "make rows shorter");
        var isOwn = section.Paths.Count > 0;
        var conversations = isOwn ? OwnConversations.Read(section.Paths, recipe.Seed) : material.Conversations(recipe);
        var encoded = conversations.Select(c => format.Encode(c.Messages)).ToArray();
        var heldOutCount = Math.Max(1, (int)(encoded.Length * HeldOutShare));
        var rows = new ConversationRows(encoded[heldOutCount..], section.Row, recipe.Seed);
        var heldOutRows = new ConversationRows(encoded[..heldOutCount], section.Row, recipe.Seed);
        var heldOut = heldOutRows.At(0, Math.Min(heldOutRows.Count, 64));

        IReadOnlyList<(string Question, string Summary)> questions =
            isOwn ? [.. OwnConversations.Questions(conversations.Take(heldOutCount), format, model.Config.ContextLength).Take(Questions)]
            : material.Docs is null ? []
            : Conversations.DocQuestions(material.Docs.HeldOut, Questions, recipe.Seed);
        IReadOnlyList<string> open = isOwn && questions.Count > 0 ? [] : material.OpenQuestions;
        var asked = questions.Select(q => q.Question).Concat(open).ToArray();
        var before = context.Measured("sft-before", () => Answer(model, format, asked, SamplingOptions.Greedy, context.Cancellation).Texts);
        var shown = SamplePrompts.Questions(model, tokenizer, asked.Take(1).Concat(open.Take(1)).Distinct());
        var figures = context.Train(new SftStage(model, section, rows, heldOut, shown), section, model, tokenizer);
        var (after, endedGreedy) = Answer(model, format, asked, SamplingOptions.Greedy, context.Cancellation);
        var drawn = Enumerable.Repeat(asked, Draws).SelectMany(questions => questions).ToArray();
        var (_, ended) = Answer(model, format, drawn, SamplingOptions.Chat with { Seed = recipe.Seed }, context.Cancellation);

        var samples = asked.Select((question, i) => new AnswerSample(question, i < questions.Count ? questions[i].Summary : null, before[i], after[i])).ToArray();
        var loss = figures.GetValueOrDefault("held_out_loss");
        if (questions.Count == 0)
            return new SftResult(loss, null, null, null, Proportion.Wilson(ended, drawn.Length), Proportion.Wilson(endedGreedy, asked.Length), samples);
        var neighbour = NearestNeighbor.Fit([
            .. isOwn ? [] : Conversations.DocQuestions(material.LearnedMembers, int.MaxValue, recipe.Seed),
            .. conversations.Skip(heldOutCount).SelectMany(Turns)]);
        return new SftResult(
            loss,
            Score(after),
            Score(before),
            Score([.. questions.Select(q => neighbour.Answer(q.Question))]),
            Proportion.Wilson(ended, drawn.Length),
            Proportion.Wilson(endedGreedy, asked.Length),
            samples);

        Interval Score(IReadOnlyList<string> answers) =>
            Bootstrap.Mean([.. questions.Select((q, i) => ChrF.Score(answers[i], q.Summary))], recipe.Seed);
    }

    /// <summary>What the user said, each with the answer.</summary>
    private static IEnumerable<(string Question, string Answer)> Turns(Conversation conversation) =>
        conversation.Messages.Zip(conversation.Messages.Skip(1))
            .Where(turn => turn.First.Role == ChatRole.User && turn.Second.Role == ChatRole.Assistant)
            .Select(turn => (turn.First.Content, turn.Second.Content));

    /// <summary>Answers to questions, and how many of them ended by themselves.</summary>
    internal static (string[] Texts, int Ended) Answer(
        Transformer model, IChatFormat format, IReadOnlyList<string> questions, SamplingOptions sampling, CancellationToken cancellation)
    {
        using var languageModel = new TorchLanguageModel(model);
        var prompts = questions.Select(question => format.EncodePrompt([new ChatMessage(ChatRole.User, question)])).ToArray();
        var options = new GenerationOptions
        {
            MaxNewTokens = AnswerTokens,
            StopIds = format.StopIds,
            Sampling = sampling,
        };
        var answers = new BatchGenerator(languageModel, 64).Generate(prompts, options, cancellation: cancellation);
        return ([.. answers.Select(a => format.ParseAnswer(a.Tokens).Content)], answers.Count(a => a.Finish == FinishReason.Stop));
    }
}
