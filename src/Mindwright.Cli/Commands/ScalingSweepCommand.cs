using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Workbench.Runs;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Cli.Commands;

/// <summary><c>scaling sweep</c>: a ladder of small models, the law that they follow, and a prediction put to the test.</summary>
internal static class ScalingSweepCommand
{
    public static Command Create()
    {
        var recipePath = CommonOptions.Config("recipes/sweep.toml");
        var sets = CommonOptions.Sets();
        var data = new Option<string[]>("--data") { Description = "Your own text or JSONL instead of the built-in corpus: files, folders, globs.", AllowMultipleArgumentsPerToken = true };
        var folder = CommonOptions.Output("The run's folder; that of an interrupted sweep goes on where it was.");
        return new Command("sweep", "Train a ladder of small models, fit a law, predict a larger model's loss, train it, and report the miss.")
        {
            recipePath, data, folder, sets,
        }.Does((parse, output, cancellation) =>
        {
            if (parse.GetValue(folder) is { } existing && RunFolder.IsRun(existing))
            {
                if (parse.GetValue(recipePath) is not null || parse.GetValue(data) is { Length: > 0 } || parse.GetValue(sets) is { Length: > 0 })
                    throw new UsageException($"--output: the sweep in {existing} goes on by its own recipe; leave out --config, --data and --set, or name a new folder");
                using var interrupted = RunFolder.Open(existing, warn: output.Log);
                if (!SweepPipeline.IsSweep(interrupted))
                    throw new UsageException($"--output: {existing} holds a run that is not a sweep; choose another folder");
                Show(output, display => SweepPipeline.Resume(interrupted, display, cancellation));
                return;
            }
            var path = parse.GetValue(recipePath) ?? CommonOptions.BuiltInRecipe("sweep");
            var recipe = RecipeReader.Read<SweepRecipe>(path, parse.GetValue(sets) ?? []);
            if (parse.GetValue(data) is { Length: > 0 } paths)
                recipe = recipe with { Data = recipe.Data with { Paths = paths } };
            using var run = NewRun.Create(recipe, parse.GetValue(folder), File.ReadAllText(path), output.Log);
            Show(output, display => SweepPipeline.Run(recipe, run, display, cancellation: cancellation));
        });
    }

    /// <summary>Runs a sweep under the display, and says what it found.</summary>
    public static void Show(Output output, Func<IProgressSink, SweepOutcome> work)
    {
        SweepOutcome outcome;
        using (var display = ProgressDisplay.Create(output))
            outcome = work(display);
        output.Document(new
        {
            outcome.Run,
            outcome.Corpus,
            outcome.Seconds,
            Law = new { outcome.Fit.Law.E, outcome.Fit.Law.A, outcome.Fit.Law.B, outcome.Fit.Law.Alpha, outcome.Fit.Law.Beta, outcome.Fit.RmsLogResidual },
            outcome.Ladder,
            outcome.Target,
            outcome.TimesCompute,
            outcome.Predicted,
            outcome.Miss,
        });
        output.Line();
        TextTable.Write(output, ["parameters", "tokens", "FLOP", "loss"], outcome.Ladder.Append(outcome.Target).Select(r => new[]
        {
            Figure.Count(r.Point.Parameters), Figure.Count(r.Point.Tokens), Figure.Significant(r.Point.Flops), Figure.WithInterval(r.Loss),
        }));
        output.Line();
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"predicted {outcome.Predicted.Estimate:0.000} [{outcome.Predicted.Low:0.000}, {outcome.Predicted.High:0.000}], actual {outcome.Target.Loss.Estimate:0.000} at {outcome.TimesCompute:0.0} times the compute: {100 * outcome.Miss:+0.0;-0.0} %"));
        output.Line($"{Figure.Duration(outcome.Seconds)}; report: {Path.Combine(outcome.Run, RunReport.HtmlFile)}");
    }
}
