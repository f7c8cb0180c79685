using System.Globalization;
using Mindwright.Runs;
using Mindwright.Runs.Report;

namespace Mindwright.Workbench.Runs;

/// <summary>The part of a report that shows what the model wrote along training, in the same contexts each time.</summary>
internal static class SamplesSection
{
    private const int ShownOfAStage = 4;

    /// <summary>Null where the run kept no samples.</summary>
    public static ReportSection? Create(RunFolder run)
    {
        var files = Directory.Exists(run.SamplesPath) ? Directory.GetFiles(run.SamplesPath, "*-step-*.md") : [];
        var groups = files.Select(Parse).OfType<(string Stage, int Step, string Path)>()
            .GroupBy(sample => sample.Stage)
            .OrderBy(stage => stage.Min(sample => File.GetLastWriteTimeUtc(sample.Path)))
            .Select(stage => new SampleGroup(stage.Key, [.. Spread([.. stage.OrderBy(sample => sample.Step)])
                .Select(sample => new SampleText($"step {sample.Step.ToString("N0", CultureInfo.InvariantCulture)}", File.ReadAllText(sample.Path).Trim()))]))
            .ToArray();
        return groups.Length == 0 ? null : new ReportSection("What it wrote along the way", [
            new Paragraph("The same contexts again and again; what follows the arrow is the model's."),
            new Samples("By stage and step", groups)]);
    }

    /// <summary>The first, the last, and a few between.</summary>
    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> all) => all.Count <= ShownOfAStage
        ? all
        : Enumerable.Range(0, ShownOfAStage).Select(i => all[(int)((long)i * (all.Count - 1) / (ShownOfAStage - 1))]);

    private static (string Stage, int Step, string Path)? Parse(string path) =>
        Path.GetFileNameWithoutExtension(path).Split("-step-") is [var stage, var step] && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (stage, number, path)
            : null;
}
