using Mindwright.Evaluation.Baselines;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Sampling;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;

namespace Mindwright.Training.Stages.Sft;

/// <summary>What fine-tuning reached, on questions that nothing learned holds.</summary>
/// <param name="HeldOutLoss">Loss on unseen conversations, nats per token of the assistant.</param>
/// <param name="ChrF">chrF of the fine-tuned model's answers against the true ones, 0 to 100; null without questions whose answer is known.</param>
/// <param name="BaseChrF">chrF of what the base model wrote to the same questions.</param>
/// <param name="NeighborChrF">chrF of a look-up in what the model has learned from: the answer of the most similar question.</param>
/// <param name="Ended">Share of answers that ended by themselves, drawn as in a chat.</param>
/// <param name="EndedGreedy">The same where always the most probable token is taken, which leads small models into loops.</param>
/// <param name="Answers">A few questions with the true answer and both models' answers.</param>
public sealed record SftResult(
    double HeldOutLoss, Interval? ChrF, Interval? BaseChrF, Interval? NeighborChrF, Interval Ended, Interval EndedGreedy,
    IReadOnlyList<AnswerSample> Answers);

/// <summary>A question, what is true, and what models answered.</summary>
public sealed record AnswerSample(string Question, string? Truth, string Base, string Tuned);

/// <summary>Supervised fine-tuning on conversations.</summary>
internal sealed class SftDefinition : StageDefinition<SftSection, SftResult>
{
    // Draws of each question by which it is seen whether answers end: one in a hundred should show.
    private const int Draws = 4;
    private const int HeldOutRows = 64;

    /// <inheritdoc/>
    public override string Name => "sft";

    /// <inheritdoc/>
    public override string Title => "fine-tuning";

    /// <inheritdoc/>
    public override string Description => "Learn to converse from examples.";

    /// <summary>Makes conversations, trains the model on them, and measures its answers before and after.</summary>
    protected override SftResult Run(StageContext context, SftSection section)
    {
        var (model, format, seed) = (context.Model!, context.Tokenizer.Chat, context.Recipe.Seed);
        if (section.SequenceLength > model.Config.ContextLength)
            throw new RecipeException($"{section.SequenceLength} tokens are more than the model's context of {model.Config.ContextLength}", key: "sft.sequence_length", cure: "make rows shorter");
        var set = ConversationSet.Read(context, section, model.Config.ContextLength);
        var rows = new ConversationRows([.. set.Learned.Select(c => format.Encode(c.Messages))], section.SequenceLength, seed);
        var heldOutRows = new ConversationRows([.. set.HeldOut.Select(c => format.Encode(c.Messages))], section.SequenceLength, seed);
        var heldOut = heldOutRows.At(0, Math.Min(heldOutRows.Count, HeldOutRows));

        var questions = set.Questions;
        string[] open = [.. context.Recipe.Questions.Select(question => question.Text)];
        string[] asked = [.. questions.Select(q => q.Question), .. open];
        if (asked.Length == 0)
            asked = [.. set.Learned.Take(8).Select(c => c.Messages.First(m => m.Role == Tokens.Chat.ChatRole.User).Content)];
        var before = context.Measured("sft-before", () => ChatAnswers.Ask(model, format, asked, SamplingOptions.Greedy, context.Cancellation).Texts);
        var shown = SamplePrompts.Questions(model, context.Tokenizer, asked.Take(1).Concat(open.Take(1)).Distinct());
        var figures = context.Train(new SftStage(model, section, rows, heldOut, shown), section, model);
        var after = context.Collective.Share(() => ChatAnswers.Ask(model, format, asked, SamplingOptions.Greedy, context.Cancellation));
        string[] drawn = [.. Enumerable.Repeat(asked, Draws).SelectMany(all => all)];
        var ended = context.Collective.Share(() => ChatAnswers.Ask(model, format, drawn, SamplingOptions.Chat with { Seed = seed }, context.Cancellation).Ended);

        var result = new SftResult(
            figures.GetValueOrDefault("held_out_loss"), null, null, null,
            Proportion.Wilson(ended, drawn.Length), Proportion.Wilson(after.Ended, asked.Length),
            [.. asked.Select((question, i) => new AnswerSample(question, i < questions.Count ? questions[i].Answer : null, before[i], after.Texts[i]))]);
        if (questions.Count == 0)
            return result;
        var neighbor = NearestNeighbor.Fit([.. set.Known]);
        return result with
        {
            ChrF = Score(after.Texts),
            BaseChrF = Score(before),
            NeighborChrF = Score([.. questions.Select(q => neighbor.Answer(q.Question))]),
        };

        Interval Score(IReadOnlyList<string> answers) =>
            Bootstrap.Mean([.. questions.Select((q, i) => ChrF.Score(answers[i], q.Answer))], seed);
    }

    /// <inheritdoc/>
    protected override StageReport Report(StageRecord record, SftSection section, SftResult result) => SftReport.Create(record, section, result);

    /// <inheritdoc/>
    protected override double Flops(StageRecord record, SftSection section, SftResult result) =>
        6.0 * record.Parameters * section.Steps * section.Batch * section.SequenceLength;
}
