using Mindwright.Cli.Common;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Mindwright.Workbench.Runs;

namespace Mindwright.Cli.Display;

/// <summary>What a run reached, in a few lines, and what to type next.</summary>
internal static class RunOutcomeTable
{
    public static void Print(Recipe recipe, RunResult result, Output output)
    {
        var rows = RunOutcome.Of(recipe, result).Select(line => (string[])[line.Stage, line.Reached, line.ComparedWith]);
        output.Line();
        TextTable.Write(output, ["stage", "reached", "compared with"], rows);
        output.Line();
        output.Line($"{Figure.Duration(result.Seconds)}; report: {Path.Combine(result.Run, RunReport.HtmlFile)}");
        output.Line("Next:");
        foreach (var command in NextCommands.After(result, recipe, Path.GetRelativePath(Environment.CurrentDirectory, result.Run)))
            output.Line("  " + command);
    }
}
