using Mindwright.Runs;
using Mindwright.Runs.Report;

namespace Mindwright.Training.Stages.Sft;

/// <summary>What the report says about fine-tuning.</summary>
internal static class SftReport
{
    private const int ShownAnswers = 6;

    public static StageReport Create(StageRecord record, SftSection section, SftResult sft) => new(
        sft is { ChrF: { } chrF, BaseChrF: { } before }
            ? [new("chrF of answers, unseen questions", Figure.Significant(chrF.Estimate), $"before fine-tuning {Figure.Significant(before.Estimate)}")]
            : [],
        [
            .. sft is { ChrF: { } tuned, BaseChrF: { } untuned, NeighborChrF: { } neighbor }
                ? [new OutcomeLine($"chrF {Figure.Significant(tuned.Estimate)} on unseen questions", $"base {Figure.Significant(untuned.Estimate)}, nearest neighbor {Figure.Significant(neighbor.Estimate)}")]
                : Array.Empty<OutcomeLine>(),
            new($"{Figure.Percent(sft.Ended.Estimate)} of answers end by themselves"),
        ],
        [("fine-tuning", $"{Figure.Count(section.Steps)} steps of {Figure.Count(section.Batch * section.SequenceLength)} tokens")],
        [Section(record, sft)]);

    private static ReportSection Section(StageRecord record, SftResult sft)
    {
        var blocks = new List<ReportBlock>
        {
            new Paragraph($"Example conversations teach it to answer and to stop: {Figure.Percent(sft.Ended.Estimate)} of its answers in a chat end by themselves ({Figure.Percent(sft.EndedGreedy.Estimate)} where always the most probable word is taken). Only what the assistant says counts in the loss."),
            new LineChart("Loss on the assistant's tokens", new Axis("step"), new Axis("nats per token"),
                [record.Series("sft", "loss", "training"), record.Series("sft" + MetricsRow.EvaluationSuffix, "held_out_loss", "unseen conversations")]),
        };
        if (sft is { ChrF: { } tuned, BaseChrF: { } before, NeighborChrF: { } neighbor })
        {
            blocks.Add(new BarChart("Answers to unseen questions, against the true ones (chrF, 0 to 100)", "", ["score"],
                [new BarGroup("base model", [before]), new BarGroup("look-up: most similar question learned from", [neighbor]), new BarGroup("fine-tuned", [tuned])]));
        }
        var known = sft.Answers.Where(a => a.Truth is not null).Take(ShownAnswers).ToArray();
        if (known.Length > 0)
            blocks.Add(new Samples("Unseen questions, before and after", [.. known.Select(a => new SampleGroup(
                a.Question, [new SampleText("true", a.Truth!), new SampleText("base", a.Base), new SampleText("fine-tuned", a.Tuned)]))]));
        return new ReportSection("Fine-tuning: learn to converse", blocks);
    }
}
