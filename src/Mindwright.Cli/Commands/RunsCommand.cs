using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Mindwright.Workbench.Runs;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Cli.Commands;

/// <summary><c>runs</c>: what is in the run folders.</summary>
internal static class RunsCommand
{
    private static readonly Option<string> Root = new("--root")
    {
        Description = "The folder of runs.",
        DefaultValueFactory = _ => RunCatalog.DefaultRoot,
        Recursive = true,
    };

    public static Command Create() => new("runs", "List, inspect, compare and clear out training runs.")
    {
        Root,
        List(),
        Show(),
        Compare(),
        Prune(),
        Resume(),
    };

    private static Command List() => new Command("ls", "List the runs, oldest first.").Does((parse, output, _) =>
    {
        var runs = RunCatalog.List(parse.GetValue(Root)!).Select(path => TryRead(path, output)).OfType<RunSummary>().ToList();
        output.Document(new { Runs = runs });
        TextTable.Write(output, ["run", "status", "stage", "step", "loss", "checkpoints", "size"], runs.Select(run => new[]
        {
            run.Name,
            StatusOf(run),
            run.Stages is [.., var stage] ? stage.Stage : "",
            run.Stages is [.., var last] ? Figure.Count(last.Steps) : "",
            run.Stages is [.., var latest] && latest.Last.TryGetValue("loss", out var loss) ? Figure.Number(loss) : "",
            Figure.Count(run.Checkpoints.Count),
            Figure.Bytes(run.Bytes),
        }));
        if (runs.Count == 0)
            output.Line($"no runs in {Path.GetFullPath(parse.GetValue(Root)!)}");
    });

    private static Command Show()
    {
        var run = RunArgument();
        var verify = new Option<bool>("--verify") { Description = "Check every byte of every checkpoint." };
        return new Command("show", "Show one run: its stages, latest figures and checkpoints.") { run, verify }.Does((parse, output, cancellation) =>
        {
            var summary = RunSummary.Read(RunCatalog.Find(parse.GetValue(run)!, parse.GetValue(Root)!));
            if (parse.GetValue(verify))
                foreach (var checkpoint in summary.Checkpoints)
                {
                    cancellation.ThrowIfCancellationRequested();
                    CheckpointStore.Verify(checkpoint.Folder);
                }
            output.Document(new { Run = summary, Manifest = RunFolder.ReadManifest(summary.Path) });
            output.Line($"{summary.Name}  {StatusOf(summary)}  created {summary.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}  {Figure.Bytes(summary.Bytes)}");
            output.Line(summary.Path);
            if (summary.Failure is { } failure)
                output.Line($"failed: {failure}");
            foreach (var stage in summary.Stages)
            {
                output.Line();
                output.Line($"{stage.Stage}  step {Figure.Count(stage.Steps)}  {Figure.Time(TimeSpan.FromSeconds(stage.Seconds))}");
                if (Sparkline.Draw(summary.Curve(stage.Stage, "loss"), width: 60) is { Length: > 0 } curve)
                    output.Line($"loss {curve}");
                output.Line(Figure.Line(stage.Last));
            }
            if (summary.Checkpoints.Count > 0)
                output.Line();
            TextTable.Write(output, ["checkpoint", "loss"], summary.Checkpoints.Select(c => new[] { Path.GetFileName(c.Folder), c.Loss is { } loss ? Figure.Number(loss) : "" }));
        });
    }

    private static Command Compare()
    {
        var runs = new Argument<string[]>("runs") { Description = "Two runs or more.", Arity = new ArgumentArity(2, 100) };
        var folder = CommonOptions.Output("Writes the comparison as a page into this folder: report.html, report.md.");
        return new Command("compare", "Compare runs: the settings in which they differ, and their latest figures.") { runs, folder }.Does((parse, output, _) =>
        {
            string[] found = [.. parse.GetValue(runs)!.Select(run => RunCatalog.Find(run, parse.GetValue(Root)!))];
            if (parse.GetValue(folder) is { } target)
            {
                ReportCommand.Write(RunComparisonReport.Create(found), target, output);
                return;
            }
            var comparison = RunComparison.Of(found);
            output.Document(comparison);
            string[] names = [.. comparison.Runs.Select(run => run.Name)];
            TextTable.Write(output, ["setting", .. names], comparison.Settings.Select(d => (string[])[d.Name, .. d.Values.Select(v => v ?? "–")]));
            if (comparison.Settings.Count > 0)
                output.Line();
            TextTable.Write(output, ["latest", .. names], comparison.Metrics.Select(d => (string[])[d.Name, .. d.Values.Select(v => v is { } value ? Figure.Number(value) : "–")]));
        });
    }

    private static Command Resume()
    {
        var run = RunArgument();
        return new Command("resume", "Go on with a run that was interrupted.") { run }.Does((parse, output, cancellation) =>
        {
            using var folder = RunFolder.Open(RunCatalog.Find(parse.GetValue(run)!, parse.GetValue(Root)!), warn: output.Log);
            if (SweepPipeline.IsSweep(folder))
                ScalingSweepCommand.Show(output, display => SweepPipeline.Resume(folder, display, cancellation));
            else
                TrainCommand.Show(RecipeReader.Read<Recipe>(folder.ResolvedPath, []), output, display => RunPipeline.Resume(folder, display, cancellation));
        });
    }

    private static Command Prune()
    {
        var run = RunArgument();
        var keep = new Option<int>("--keep") { Description = "Checkpoints that stay of each stage, beside the best.", DefaultValueFactory = _ => 1 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing." };
        return new Command("prune", "Remove old checkpoints of a run. The newest whole one and the best always stay.") { run, keep, dryRun }.Does((parse, output, _) =>
        {
            if (parse.GetValue(keep) < 1)
                throw new UsageException("--keep must be at least 1: the newest checkpoint always stays");
            using var folder = RunFolder.Open(RunCatalog.Find(parse.GetValue(run)!, parse.GetValue(Root)!), warn: output.Log);
            var removed = folder.Checkpoints.Prune(parse.GetValue(keep), parse.GetValue(dryRun));
            output.Document(new { Removed = removed.Select(c => c.Folder), DryRun = parse.GetValue(dryRun) });
            foreach (var checkpoint in removed)
                output.Line($"{(parse.GetValue(dryRun) ? "would remove" : "removed")} {checkpoint.Folder}");
            if (removed.Count == 0)
                output.Line("nothing to remove");
        });
    }

    private static string StatusOf(RunSummary run) => run.Status.ToString().ToLowerInvariant();

    // One damaged run should not hide the others.
    private static RunSummary? TryRead(string path, Output output)
    {
        try
        {
            return RunSummary.Read(path);
        }
        catch (InvalidDataException e)
        {
            output.Log($"{e.Message} (this run is left out)");
            return null;
        }
    }

    private static Argument<string> RunArgument() => new("run") { Description = "A run's folder, its name with or without the date, or latest." };
}
