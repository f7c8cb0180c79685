using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Text;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>What the report says about pre-training.</summary>
internal static class PretrainReport
{
    private const int DrawnProbes = 3;
    private const int DrawnWords = 4;
    private const int LongestTable = 20;
    private const string Training = PretrainDefinition.StageName;
    private const string Evaluation = Training + MetricsRow.EvaluationSuffix;

    public static StageReport Create(StageRecord record, PretrainSection section, PretrainResult pretrain) => new(
        [new("bits per byte, unseen text", Figure.Significant(pretrain.BitsPerByte.Estimate),
            $"n-gram {Figure.Significant(pretrain.NGramBitsPerByte)}, bigram {Figure.Significant(pretrain.BigramBitsPerByte)}; lower is better")],
        [
            new($"{Figure.Significant(pretrain.BitsPerByte.Estimate)} bits per byte on unseen text",
                $"n-gram {Figure.Significant(pretrain.NGramBitsPerByte)}, bigram {Figure.Significant(pretrain.BigramBitsPerByte)}"),
            .. pretrain is { Learned: { } learned, Unseen: { } unseen }
                ? [new OutcomeLine($"{Figure.Percent(learned.Exact)} of learned passages continued word for word", $"unseen {Figure.Percent(unseen.Exact)}")]
                : Array.Empty<OutcomeLine>(),
        ],
        [.. Settings(record, section, pretrain)],
        [Section(record, pretrain)]);

    private static IEnumerable<(string, string)> Settings(StageRecord record, PretrainSection section, PretrainResult pretrain)
    {
        var model = record.Recipe.Model;
        yield return ("model", $"{Figure.Count(pretrain.Parameters)} parameters: {model.Layers} blocks, {model.Width} channels, {model.Heads} heads, context of {Figure.Count(model.Context)} tokens");
        var step = section.Batch * section.SequenceLength;
        var epochs = section.Epochs > 0 ? $", {Figure.Significant(section.Epochs)} epochs"
            : record is { BytesPerToken: { } bytes, Text.Bytes: > 0 and var all } ? $", about {Figure.Significant(pretrain.Tokens * bytes / all, 2)} epochs"
            : "";
        yield return ("pre-training", $"{Figure.Count(pretrain.Tokens / step)} steps of {Figure.Count(step)} tokens: {Figure.Short(pretrain.Tokens)} tokens in all{epochs}");
    }

    private static ReportSection Section(StageRecord record, PretrainResult pretrain)
    {
        var rows = record.Metrics;
        Series SeriesOf(string stage, string metric, string name) => record.Series(stage, metric, name);
        var blocks = new List<ReportBlock>
        {
            new Paragraph($"A transformer of {Figure.Count(pretrain.Parameters)} parameters read {Figure.Count(pretrain.Tokens)} tokens of {record.Text?.Source ?? "text"}. "
                + $"On text of the same kind that it never saw it needs {Figure.WithInterval(pretrain.BitsPerByte)} bits per byte."),
            new LineChart("Loss", new Axis("step"), new Axis("nats per token"), [SeriesOf(Training, "loss", "training"), SeriesOf(Evaluation, "held_out_loss", "unseen text")]),
            new LineChart("Bits per byte on unseen text, against older kinds of model fitted on the same tokens",
                new Axis("step"), new Axis("bits per byte"),
                [SeriesOf(Evaluation, "bits_per_byte", "transformer")],
                [new Baseline("bigram", pretrain.BigramBitsPerByte), new Baseline("interpolated n-gram", pretrain.NGramBitsPerByte)]),
        };
        if (record.Text?.Phases is { Count: > 0 } phases)
            blocks.Add(Phases(phases, pretrain, rows));
        blocks.AddRange(pretrain.Probes.Take(DrawnProbes).Select(probe => Chart(probe, record)));
        if (pretrain.Probes.Count > 0)
            blocks.Add(new Table("Probes: probability of the expected word", ["Context", "Expected", "Before", "After"],
                [.. pretrain.Probes.Select(p => (IReadOnlyList<string>)[p.Context, p.Expect.Trim(), Figure.Percent(p.Before), Figure.Percent(p.After)])]));
        if (pretrain.Learned is not null)
            blocks.AddRange(MemorizationBlocks(rows));
        return new ReportSection("Pre-training: predict the next token", blocks);
    }

    private static LineChart Chart(ProbeResult probe, StageRecord record)
    {
        // Of the other words, those that were ever likely.
        var others = record.Metrics.Where(row => row.Stage == Evaluation).SelectMany(row => row.Values.Select(value => value.Key)).Distinct()
            .Where(metric => metric.StartsWith(probe.Name + ":", StringComparison.Ordinal))
            .Select(metric => record.Series(Evaluation, metric, metric[(probe.Name.Length + 1)..]))
            .OrderByDescending(series => series.Y.DefaultIfEmpty().Max()).Take(DrawnWords);
        return new LineChart($"“{probe.Context} …”", new Axis("step"), new Axis("probability", Min: 0, Max: 1),
            [record.Series(Evaluation, probe.Name, $"{probe.Expect.Trim()} (expected)"), .. others]);
    }

    private static Table Phases(IReadOnlyList<PhaseSummary> phases, PretrainResult pretrain, IReadOnlyList<MetricsRow> rows)
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

    private static IEnumerable<ReportBlock> MemorizationBlocks(IReadOnlyList<MetricsRow> rows)
    {
        var evaluations = rows.Where(r => r.Stage == Evaluation && r["learned_exact"] is not null).ToArray();
        // Where understanding comes long after memorizing, only a logarithmic axis shows both.
        var axis = new Axis("epochs", Log: evaluations[^1]["epochs"] > 200);
        Series ByEpoch(string metric, string name) => new(name, [.. evaluations.Select(r => r["epochs"]!.Value)], [.. evaluations.Select(r => r[metric]!.Value)]);
        yield return new LineChart("Loss on passages, by epoch", axis, new Axis("nats per token"), [ByEpoch("learned_loss", "learned"), ByEpoch("unseen_loss", "unseen")]);
        yield return new LineChart("Passages continued word for word, by epoch", axis, new Axis("share", Min: 0, Max: 1),
            [ByEpoch("learned_exact", "learned"), ByEpoch("unseen_exact", "unseen")],
            Note: "The first part of each passage is given; the rest must be the most probable continuation, token by token.");
        var every = Math.Max(1, (evaluations.Length + LongestTable - 1) / LongestTable);
        yield return new Table("By epoch", ["Epoch", "Loss, learned", "Loss, unseen", "Word for word, learned", "Word for word, unseen"],
            [.. evaluations.Where((_, i) => i % every == 0 || i == evaluations.Length - 1).Select(r => (IReadOnlyList<string>)
                [Figure.Significant(r["epochs"]!.Value), Figure.Significant(r["learned_loss"]!.Value), Figure.Significant(r["unseen_loss"]!.Value), Figure.Percent(r["learned_exact"]!.Value), Figure.Percent(r["unseen_exact"]!.Value)])]);
    }
}
