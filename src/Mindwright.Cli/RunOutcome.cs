using Mindwright.Runs.Report;
using Mindwright.Training.Pipeline;
using Mindwright.Workbench.Pipeline;

namespace Mindwright.Cli;

/// <summary>What a run reached, in a few lines, and what to type next.</summary>
internal static class RunOutcome
{
    public static void Print(RunResult result, Output output)
    {
        var rows = new List<string[]>();
        if (result.Tokenizer is { } vocabulary)
            rows.Add(["tokenizer", $"{Number(vocabulary.BytesPerToken)} bytes per token", "plain bytes 1"]);
        if (result.Pretrain is { } pretrain)
        {
            rows.Add(["pretrain", $"{Number(pretrain.BitsPerByte.Estimate)} bits per byte on unseen text",
                $"n-gram {Number(pretrain.NGramBitsPerByte)}, bigram {Number(pretrain.BigramBitsPerByte)}"]);
            if (pretrain is { Learned: { } learned, Unseen: { } unseen })
                rows.Add(["", $"{Figure.Percent(learned.Exact)} of learned passages continued word for word", $"unseen {Figure.Percent(unseen.Exact)}"]);
        }
        if (result.Sft is { } sft)
        {
            if (sft is { ChrF: { } tuned, BaseChrF: { } before, NeighborChrF: { } neighbor })
                rows.Add(["sft", $"chrF {Number(tuned.Estimate)} on unseen questions", $"base {Number(before.Estimate)}, nearest neighbor {Number(neighbor.Estimate)}"]);
            rows.Add(["", $"{Figure.Percent(sft.Ended.Estimate)} of answers end by themselves", ""]);
        }
        foreach (var rate in result.Reason?.Rates ?? [])
            rows.Add([rate.Kind == "all" ? "reason" : "", $"{rate.Kind}: pass@1 {Figure.Percent(rate.Pass1After.Estimate)}, pass@8 {Figure.Percent(rate.Pass8After.Estimate)}",
                $"before {Figure.Percent(rate.Pass1Before.Estimate)}, {Figure.Percent(rate.Pass8Before.Estimate)}"]);
        output.Line();
        Display.Table.Write(output, ["stage", "reached", "compared with"], rows);
        output.Line();
        output.Line($"{Figure.Duration(result.Seconds)}; report: {Path.Combine(result.Run, RunReport.HtmlFile)}");
        output.Line("Next:");
        foreach (var command in RunPipeline.NextCommands(result, Path.GetRelativePath(Environment.CurrentDirectory, result.Run)))
            output.Line("  " + command);
    }

    private static string Number(double value) => Figure.Significant(value);
}
