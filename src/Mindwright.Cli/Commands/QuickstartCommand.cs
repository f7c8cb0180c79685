using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Workbench.Runs;

namespace Mindwright.Cli.Commands;

/// <summary><c>quickstart</c>: from raw text to a chat that thinks, in minutes.</summary>
internal static class QuickstartCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "Scales the training budgets; 10 is the recipe as it stands.", DefaultValueFactory = _ => Quickstart.DefaultMinutes };
        var data = new Option<string[]>("--data") { Description = "Your own text or JSONL instead of the built-in corpus: files, folders, globs.", AllowMultipleArgumentsPerToken = true };
        var seed = new Option<int?>("--seed") { Description = "Decides everything random." };
        var output = CommonOptions.Output("The run's folder; runs/<date>-quickstart if left out.");
        var sets = CommonOptions.Sets();
        return new Command("quickstart", "Make a language model, end to end: tokenizer, pre-training, fine-tuning, reasoning, report.")
        {
            minutes, data, seed, output, sets,
        }.Does((parse, stdout, cancellation) =>
        {
            var budget = parse.GetValue(minutes);
            if (!(budget > 0) || !double.IsFinite(budget))
                throw new UsageException($"--minutes is {budget}; it must be more than 0");
            List<string> settings = [.. parse.GetValue(sets) ?? []];
            if (parse.GetValue(seed) is { } given)
                settings.Add($"seed={given}");
            var path = CommonOptions.BuiltInRecipe("quickstart");
            var recipe = Quickstart.Read(path, settings, budget, parse.GetValue(data) ?? []);
            using var run = NewRun.Create(recipe, parse.GetValue(output), File.ReadAllText(path), stdout.Log);
            TrainCommand.Show(recipe, stdout, display => RunPipeline.Run(recipe, run, recipe.Stages, display, cancellation: cancellation));
        });
    }
}
