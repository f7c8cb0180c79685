using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>A line of what a run reached.</summary>
/// <param name="Stage">The stage's name; empty where it is that of the line before.</param>
/// <param name="Reached">What it reached, with the unit.</param>
/// <param name="ComparedWith">What that is to be compared with; empty where there is nothing.</param>
public sealed record RunOutcomeLine(string Stage, string Reached, string ComparedWith);

/// <summary>What a run reached, line by line.</summary>
public static class RunOutcome
{
    /// <summary>The lines, stage after stage, the vocabulary first.</summary>
    public static IReadOnlyList<RunOutcomeLine> Of(Recipe recipe, RunResult result)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(result);
        var lines = new List<RunOutcomeLine>();
        if (result.Tokenizer is { } vocabulary)
            lines.Add(new("tokenizer", $"{Figure.Significant(vocabulary.BytesPerToken)} bytes per token", "plain bytes 1"));
        foreach (var (stage, report, _) in StageReports.Of(recipe, result.Run, result))
            lines.AddRange(report.Outcome.Select((line, i) => new RunOutcomeLine(i == 0 ? stage.Name : "", line.Reached, line.ComparedWith)));
        return lines;
    }
}
