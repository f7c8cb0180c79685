using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Mindwright.Training.Text;

namespace Mindwright.Training.Stages;

/// <summary>What is known of a stage that was run.</summary>
/// <param name="Recipe">The recipe, resolved.</param>
/// <param name="Result">What the stage reached.</param>
/// <param name="Metrics">The run's metrics, of all stages.</param>
/// <param name="Parameters">Parameters of the run's model.</param>
/// <param name="Text">The run's text in figures; null where none was read.</param>
/// <param name="BytesPerToken">UTF-8 bytes a token of the run's own vocabulary; null where it has none.</param>
public sealed record StageRecord(
    Recipe Recipe, object Result, IReadOnlyList<MetricsRow> Metrics, long Parameters, TextSummary? Text, double? BytesPerToken)
{
    /// <summary>A curve out of the metrics.</summary>
    /// <param name="stage">The stage; with <see cref="MetricsRow.EvaluationSuffix"/> its evaluations.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="name">What the legend says.</param>
    public Series Series(string stage, string metric, string name)
    {
        var points = Metrics.Where(row => row.Stage == stage && row[metric] is not null).ToArray();
        return new Series(name, [.. points.Select(row => (double)row.Step)], [.. points.Select(row => row[metric]!.Value)]);
    }
}

/// <summary>What a stage did and reached, in the pieces that a run's report and the command line put together.</summary>
/// <param name="KeyFigures">The one or two figures by which a person would judge it.</param>
/// <param name="Outcome">The same and a few more, a line each.</param>
/// <param name="Settings">What was trained on what, name by name.</param>
/// <param name="Sections">All of it, with charts and examples.</param>
public sealed record StageReport(
    IReadOnlyList<KeyFigure> KeyFigures, IReadOnlyList<OutcomeLine> Outcome, IReadOnlyList<(string Name, string Value)> Settings, IReadOnlyList<ReportSection> Sections);

/// <summary>A line of what a stage reached.</summary>
/// <param name="Reached">What it reached, with the unit.</param>
/// <param name="ComparedWith">What that is to be compared with; empty where there is nothing.</param>
public sealed record OutcomeLine(string Reached, string ComparedWith = "");
