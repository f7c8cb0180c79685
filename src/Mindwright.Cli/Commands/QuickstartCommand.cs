using System.CommandLine;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Training;
using Mindwright.Training.Pipeline;
using Mindwright.Workbench.Pipeline;

namespace Mindwright.Cli.Commands;

/// <summary><c>quickstart</c>: from raw text to a chat that thinks, in minutes.</summary>
internal static class QuickstartCommand
{
    // The budgets of recipes/quickstart.toml fit this many minutes on two cores.
    private const double RecipeMinutes = 10;

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "Scales the training budgets; 10 is the recipe as it stands.", DefaultValueFactory = _ => RecipeMinutes };
        var data = new Option<string[]>("--data") { Description = "Your own text or JSONL instead of the built-in corpus: files, folders, globs.", AllowMultipleArgumentsPerToken = true };
        var seed = new Option<int?>("--seed") { Description = "Decides everything random." };
        var output = new Option<string?>("--out") { Description = "The run's folder; runs/<date>-quickstart if left out." };
        return new Command("quickstart", "Make a language model, end to end: tokenizer, pre-training, fine-tuning, reasoning, report.")
        {
            minutes, data, seed, output, TrainCommand.Sets,
        }.Does((parse, stdout, cancellation) =>
        {
            var budget = parse.GetValue(minutes);
            if (!(budget > 0) || !double.IsFinite(budget))
                throw new UsageException($"--minutes is {budget}; it must be more than 0");
            List<string> sets = [.. parse.GetValue(TrainCommand.Sets) ?? []];
            if (parse.GetValue(seed) is { } given)
                sets.Add($"seed={given}");
            var path = Path.Combine(AppContext.BaseDirectory, "recipes", "quickstart.toml");
            var recipe = RecipeReader.Read<Training.Recipe>(path, sets).WithBudget(budget / RecipeMinutes);
            if (parse.GetValue(data) is { Length: > 0 } paths)
                recipe = recipe with { Data = recipe.Data with { Paths = paths } };
            using var run = TrainCommand.CreateRun(recipe, File.ReadAllText(path), parse.GetValue(output), stdout);
            TrainCommand.Show(stdout, display => RunPipeline.Run(
                recipe, run, [StageKind.Pretrain, StageKind.Sft, StageKind.Reason], display, cancellation: cancellation));
        });
    }
}
