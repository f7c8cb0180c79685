using Mindwright.Runs.Report;
using Mindwright.Workbench.Scaling;

namespace Mindwright.Workbench.Runs;

/// <summary>The reports that runs left.</summary>
public static class RunReports
{
    /// <summary>A run's report; with a scaling law, what that predicts of the run's loss is set beside what came.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="law">The law, as <see cref="LawFinder.Find"/> takes it; null for none.</param>
    /// <exception cref="FileNotFoundException">The run has no report yet.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the run has not pre-trained a model to its end.</exception>
    /// <exception cref="ArgumentException">There is no such law, or it predicts no losses; the message begins with <c>law: </c>.</exception>
    public static RunReport Read(string run, string? law = null)
    {
        var report = RunReport.Read(run);
        if (law is null)
            return report;
        var (found, fit) = LawFinder.Find(law);
        return report.With(ForecastSection.FromLaw(run, found, fit));
    }
}
