using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Pipeline;
using Mindwright.Training.Stages.Pretrain;
using static Mindwright.Training.Pipeline.RunReportWriter;

namespace Mindwright.Workbench.Pipeline;

/// <summary>What the report says about pre-training.</summary>
internal static class PretrainReport
{
    private const int DrawnProbes = 3;
    private const int DrawnWords = 4;
    private const int LongestTable = 20;
    private const string Evaluation = "pretrain" + MetricsRow.EvaluationSuffix;

    public static ReportSection Section(RunResult result, Material material, IReadOnlyList<MetricsRow> rows)
    {
        var pretrain = result.Pretrain!;
        var blocks = new List<ReportBlock>
        {
            new Paragraph($"A transformer of {Figure.Count(pretrain.Parameters)} parameters read {Figure.Count(pretrain.Tokens)} tokens of {material.Source}. "
                + $"On text of the same kind that it never saw it needs {Figure.WithInterval(pretrain.BitsPerByte)} bits per byte."),
            new LineChart("Loss", new Axis("step"), new Axis("nats per token"), [SeriesOf(rows, "pretrain", "loss", "training"), SeriesOf(rows, Evaluation, "held_out_loss", "unseen text")]),
            new LineChart("Bits per byte on unseen text, against older kinds of model fitted on the same tokens",
                new Axis("step"), new Axis("bits per byte"),
                [SeriesOf(rows, Evaluation, "bits_per_byte", "transformer")],
                [new Baseline("bigram", pretrain.BigramBitsPerByte), new Baseline("interpolated n-gram", pretrain.NGramBitsPerByte)]),
        };
        if (material.Phases.Count > 0)
            blocks.Add(Phases(material.Phases, pretrain, rows));
        blocks.AddRange(material.Probes.Take(DrawnProbes).Select(probe => Chart(probe, rows)));
        if (pretrain.Probes.Count > 0)
            blocks.Add(new Table("Probes: probability of the expected word", ["Context", "Expected", "Before", "After"],
                [.. pretrain.Probes.Select(p => (IReadOnlyList<string>)[p.Context, p.Expect.Trim(), Figure.Percent(p.Before), Figure.Percent(p.After)])]));
        if (pretrain.Learned is not null)
            blocks.AddRange(Memorising(rows));
        return new ReportSection("Pre-training: predict the next token", blocks);
    }

    private static LineChart Chart(Data.BuiltIn.Probe probe, IReadOnlyList<MetricsRow> rows)
    {
        // Of the other words, those that were ever likely.
        var others = probe.Against.Select(word => SeriesOf(rows, Evaluation, Pretrain.ProbeReading.MetricOf(probe.Name, word), word.Trim()))
            .OrderByDescending(series => series.Y.DefaultIfEmpty().Max()).Take(DrawnWords);
        return new LineChart($"“{probe.Context} …”", new Axis("step"), new Axis("probability", Min: 0, Max: 1),
            [SeriesOf(rows, Evaluation, probe.Name, $"{probe.Expect.Trim()} (expected)"), .. others]);
    }

    private static Table Phases(IReadOnlyList<MaterialPhase> phases, Pretrain.PretrainResult pretrain, IReadOnlyList<MetricsRow> rows)
    {
        var steps = rows.Where(r => r.Stage == Evaluation).Max(r => r.Step);
        var total = phases.Sum(p => p.Share);
        var ends = phases.Select((_, i) => (long)Math.Round(steps * phases.Take(i + 1).Sum(p => p.Share) / total)).ToArray();
        var probes = pretrain.Probes.Take(DrawnProbes).ToArray();
        IReadOnlyList<string> Row(string name, long end)
        {
            var at = rows.Where(r => r.Stage == Evaluation && r.Step <= end).MaxBy(r => r.Step)!;
            return [name, Figure.Count(at.Step), Figure.Significant(at["held_out_loss"] ?? double.NaN), .. probes.Select(p => Figure.Percent(at[p.Name] ?? double.NaN))];
        }
        return new Table(
            "The phases: loss on unseen text, and what each left of the expected words",
            ["After", "Step", "Unseen text", .. probes.Select(p => $"{p.Context} {p.Expect.Trim()}")],
            [Row("nothing", 0), .. phases.Select((p, i) => Row(p.Name, ends[i]))]);
    }

    private static IEnumerable<ReportBlock> Memorising(IReadOnlyList<MetricsRow> rows)
    {
        var evaluations = rows.Where(r => r.Stage == Evaluation && r["learned_exact"] is not null).ToArray();
        // Where understanding comes long after memorising, only a logarithmic axis shows both.
        var axis = new Axis("passes over the text", Log: evaluations[^1]["passes"] > 200);
        Series ByPass(string metric, string name) => new(name, [.. evaluations.Select(r => r["passes"]!.Value)], [.. evaluations.Select(r => r[metric]!.Value)]);
        yield return new LineChart("Loss on passages, by pass", axis, new Axis("nats per token"), [ByPass("learned_loss", "learned"), ByPass("unseen_loss", "unseen")]);
        yield return new LineChart("Passages continued word for word, by pass", axis, new Axis("share", Min: 0, Max: 1),
            [ByPass("learned_exact", "learned"), ByPass("unseen_exact", "unseen")],
            Note: "The first part of each passage is given; the rest must be the most probable continuation, token by token.");
        var every = Math.Max(1, (evaluations.Length + LongestTable - 1) / LongestTable);
        yield return new Table("By pass", ["Pass", "Loss, learned", "Loss, unseen", "Word for word, learned", "Word for word, unseen"],
            [.. evaluations.Where((_, i) => i % every == 0 || i == evaluations.Length - 1).Select(r => (IReadOnlyList<string>)
                [Figure.Significant(r["passes"]!.Value), Figure.Significant(r["learned_loss"]!.Value), Figure.Significant(r["unseen_loss"]!.Value), Figure.Percent(r["learned_exact"]!.Value), Figure.Percent(r["unseen_exact"]!.Value)])]);
    }
}
