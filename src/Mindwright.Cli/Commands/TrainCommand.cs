using System.CommandLine;
using Mindwright.Cli.Display;
using Mindwright.Data;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Training;
using Mindwright.Training.Pipeline;
using Mindwright.Workbench.Pipeline;

namespace Mindwright.Cli.Commands;

/// <summary><c>train</c>: one stage from a recipe.</summary>
internal static class TrainCommand
{
    /// <summary>Settings over the recipe's.</summary>
    public static Option<string[]> Sets { get; } = new("--set") { Description = "Sets a key of the recipe, as in --set pretrain.steps=100; may be repeated.", Recursive = true };

    public static Command Create() => new("train", "Run one stage of training from a recipe.")
    {
        Stage(StageKind.Pretrain, "Predict the next token of text."),
        Stage(StageKind.Sft, "Learn to converse from examples."),
        Stage(StageKind.Reason, "Learn to think by reinforcement learning from checked answers."),
    };

    private static Command Stage(StageKind stage, string description)
    {
        var recipePath = new Option<string?>("--config", "-c") { Description = "The recipe, a TOML file; its defaults if left out." };
        var output = new Option<string?>("--output", "-o") { Description = "The run's folder: a new one, or that of an earlier stage to go on from." };
        var from = new Option<string?>("--from") { Description = "A run or model folder to start from instead of the run's own model/." };
        var command = new Command(stage.ToString().ToLowerInvariant(), description) { recipePath, output, Sets };
        if (stage != StageKind.Pretrain)
            command.Add(from);
        return command.Does((parse, stdout, cancellation) =>
        {
            var path = parse.GetValue(recipePath);
            var recipe = RecipeReader.Read<Recipe>(path, parse.GetValue(Sets) ?? []);
            var start = stage != StageKind.Pretrain && parse.GetValue(from) is { } named ? ModelLoading.Resolve(named) : null;
            var folder = parse.GetValue(output);
            using var run = folder is not null && RunFolder.IsRun(folder)
                ? RunFolder.Open(folder, warn: stdout.Log)
                : CreateRun(recipe, path is null ? "" : File.ReadAllText(path), folder, stdout);
            AtomicFile.WriteText(run.ResolvedPath, RecipeWriter.Write(recipe));
            Show(stdout, display => RunPipeline.Run(recipe, run, [stage], display, from: start, cancellation: cancellation));
        });
    }

    /// <summary>Makes the folder of a new run.</summary>
    public static RunFolder CreateRun(Recipe recipe, string text, string? output, Output stdout)
    {
        var run = RunFolder.Create(RunCatalog.DefaultRoot, recipe.Name, text, RecipeWriter.Write(recipe), DateTimeOffset.UtcNow, output, warn: stdout.Log);
        run.UpdateManifest(manifest =>
        {
            manifest.Seeds["seed"] = recipe.Seed;
            return manifest;
        });
        return run;
    }

    /// <summary>Runs something under the display, and says what it reached.</summary>
    public static void Show(Output stdout, Func<IProgressSink, RunResult> work)
    {
        RunResult result;
        using (var display = ProgressDisplay.Create(stdout))
            result = work(display);
        stdout.Document(new
        {
            result.Seconds,
            result.Run,
            result.Corpus,
            Stages = new { result.Tokenizer, result.Pretrain, result.Sft, result.Reason },
            result.Times,
        });
        RunOutcome.Print(result, stdout);
    }
}
