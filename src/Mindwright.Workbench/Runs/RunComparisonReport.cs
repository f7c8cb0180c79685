using Mindwright.Runs;
using Mindwright.Runs.Report;

namespace Mindwright.Workbench.Runs;

/// <summary>Runs side by side as one report: in which settings they differ, then what each of them reached.</summary>
public static class RunComparisonReport
{
    /// <summary>Makes the report from the runs' own.</summary>
    /// <param name="runs">Run folders, two or more.</param>
    /// <exception cref="FileNotFoundException">A run has no report yet.</exception>
    /// <exception cref="InvalidDataException">A run's files are damaged.</exception>
    public static RunReport Create(IReadOnlyList<string> runs)
    {
        var comparison = RunComparison.Of(runs);
        string[] names = [.. comparison.Runs.Select(run => run.Name)];
        var report = ReportComparison.Of([.. comparison.Runs.Select(run => (run.Name, RunReport.Read(run.Path)))]);
        ReportBlock settings = comparison.Settings.Count > 0
            ? new Table("Settings that are not the same everywhere", ["", .. names],
                [.. comparison.Settings.Select(setting => (IReadOnlyList<string>)[setting.Name, .. setting.Values.Select(value => value ?? "–")])])
            : new Paragraph("All settings are the same.");
        return report with { Sections = [new ReportSection("Settings", [settings]), .. report.Sections] };
    }
}
