using Mindwright.Runs.Report;

namespace Mindwright.Training.Stages.Reason;

/// <summary>What the report says about reinforcement learning.</summary>
internal static class ReasonReport
{
    private const int ShownOfAKind = 3;

    public static StageReport Create(StageRecord record, ReasonSection section, ReasonResult result) => new(
        result.Rates is [var all, ..]
            ? [new("pass@1, unseen problems", Figure.Percent(all.Pass1After.Estimate), $"before reinforcement learning {Figure.Percent(all.Pass1Before.Estimate)}")]
            : [],
        [.. result.Rates.Select(rate => new OutcomeLine(
            $"{rate.Kind}: pass@1 {Figure.Percent(rate.Pass1After.Estimate)}, pass@8 {Figure.Percent(rate.Pass8After.Estimate)}",
            $"before {Figure.Percent(rate.Pass1Before.Estimate)}, {Figure.Percent(rate.Pass8Before.Estimate)}"))],
        [("reinforcement learning", $"{Figure.Count(section.Steps)} steps of {Figure.Count(section.ProblemsPerStep)} problems with {Figure.Count(section.GroupSize)} sampled answers each")],
        [Section(record, section, result)]);

    private static ReportSection Section(StageRecord record, ReasonSection section, ReasonResult result)
    {
        static BarGroup Group(string label, Interval before, Interval after) => new(label, [before.Scale(100), after.Scale(100)]);
        var graders = section.Graders.Count == 0 ? "exact" : string.Join(", ", section.Graders.Select(grader => grader.Name));
        return new ReportSection("Reasoning: learn from graded answers", [
            new Paragraph($"It samples several answers to each problem; a program grades them ({graders}); what did better than its group becomes more probable (GRPO). The problems measured here were never trained on."),
            new LineChart("Reward", new Axis("step"), new Axis("mean grade of an answer"), [record.Series(ReasonDefinition.StageName, "reward", "while training")]),
            new BarChart("Right answers to unseen problems", "%", ["before", "after"],
                [.. result.Rates.SelectMany(r => new[] { Group($"{r.Kind}, pass@1", r.Pass1Before, r.Pass1After), Group($"{r.Kind}, pass@8", r.Pass8Before, r.Pass8After) })], Max: 100),
            new Samples("The same unseen problems before and after", [.. result.Samples.GroupBy(s => s.Kind).SelectMany(g => g.Take(ShownOfAKind)).Select(s => new SampleGroup(s.Question,
                [new SampleText($"before: {Verdict(s.RightBefore)}", s.Before), new SampleText($"after: {Verdict(s.RightAfter)}", s.After)]))])]);
    }

    private static string Verdict(bool isRight) => isRight ? "right" : "wrong";
}
