using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;
using Mindwright.Workbench.Models;
using Mindwright.Workbench.Runs;

namespace Mindwright.Cli.Commands;

/// <summary><c>train</c>: the stages of a recipe, or one of them by name.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Train as a recipe says: one stage by its name, or without a name all that the recipe's key stages lists.");
        foreach (var stage in StageList.All)
            command.Add(Configure(new Command(stage.Name, stage.Description), stage));
        return Configure(command, null);
    }

    private static Command Configure(Command command, IStageDefinition? stage)
    {
        var recipePath = CommonOptions.Config("its defaults");
        var output = CommonOptions.Output("The run's folder: a new one, or that of an earlier stage to go on from.");
        var from = new Option<string?>("--from") { Description = "A run or model folder to start from instead of the run's own model/." };
        var sets = CommonOptions.Sets();
        command.Add(recipePath);
        command.Add(output);
        command.Add(sets);
        if (stage?.Start != StageStart.Text)
            command.Add(from);
        return command.Does((parse, stdout, cancellation) =>
        {
            var path = parse.GetValue(recipePath);
            var recipe = RecipeReader.Read<Recipe>(path, parse.GetValue(sets) ?? []);
            IReadOnlyList<string> stages = stage is not null ? [stage.Name] : recipe.Stages;
            if (stages.Count == 0)
                throw new UsageException($"Say which stage to run ({string.Join(", ", StageList.All.Select(s => s.Name))}), or list them in the recipe: stages = [\"pretrain\", \"sft\"]");
            var named = stage?.Start == StageStart.Text ? null : parse.GetValue(from);
            if (named is not null && StageList.Find(stages[0]).Start == StageStart.Text)
                throw new UsageException($"--from: the first stage, {stages[0]}, makes a model and starts from none");
            var start = named is null ? null : ModelFinder.Find(named);
            var folder = parse.GetValue(output);
            using var run = folder is not null && RunFolder.IsRun(folder)
                ? RunFolder.Open(folder, warn: stdout.Log)
                : NewRun.Create(recipe, folder, path is null ? "" : File.ReadAllText(path), stdout.Log);
            AtomicFile.WriteText(run.ResolvedPath, RecipeWriter.Write(recipe));
            Show(recipe, stdout, display => RunPipeline.Run(recipe, run, stages, display, from: start, cancellation: cancellation));
        });
    }

    /// <summary>Runs something under the display, and says what it reached.</summary>
    public static void Show(Recipe recipe, Output stdout, Func<IProgressSink, RunResult> work)
    {
        RunResult result;
        using (var display = ProgressDisplay.Create(stdout))
            result = work(display);
        var stages = new Dictionary<string, object?> { ["tokenizer"] = result.Tokenizer };
        foreach (var (name, reached) in result.Stages)
            stages[name] = reached;
        stdout.Document(new { result.Seconds, result.Run, result.Sources, Stages = stages, result.Times });
        RunOutcomeTable.Print(recipe, result, stdout);
    }
}
