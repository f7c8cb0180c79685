using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
using Mindwright.Workbench.Benchmarks;

namespace Mindwright.Cli.Commands;

/// <summary><c>bench recipe</c>: how much training our recipe needs for the quality of nanoGPT's CPU configuration.</summary>
internal static class BenchRecipeCommand
{
    // Validation loss of nanoGPT's shakespeare_char on a CPU (4 layers, 128 wide) after 2,000 steps of 12 × 64 characters.
    private const double NanoGptLoss = 1.8857;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The text, UTF-8; its characters are the tokens. Tiny Shakespeare gives comparable losses.", Required = true };
        var recipePath = CommonOptions.Config("recipes/shakespeare-characters.toml");
        var sets = CommonOptions.Sets();
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => 1 };
        var target = new Option<double>("--target") { Description = "The validation loss to reach, nats per character; 0 trains to the end.", DefaultValueFactory = _ => NanoGptLoss };
        return new Command("recipe", "Measure how many tokens and seconds the recipe needs to reach a validation loss.")
        {
            data, recipePath, threads, target, sets,
        }.Does((parse, output, cancellation) =>
        {
            if (parse.GetValue(threads) < 1)
                throw new UsageException("--threads takes a number of 1 or more");
            var path = parse.GetValue(recipePath) ?? CommonOptions.BuiltInRecipe("shakespeare-characters");
            var recipe = RecipeReader.Read<Recipe>(path, [$"compute.threads={parse.GetValue(threads)}", .. parse.GetValue(sets) ?? []]);
            var result = RecipeBenchmark.Run(recipe, File.ReadAllText(parse.GetValue(data)!), parse.GetValue(target), point => output.Log(Line(point)), cancellation);
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{(result.Reached ? "reached" : "did not reach")} {result.Target}: loss {result.Loss:F4} after {result.Tokens:N0} tokens in {result.Seconds:F1} s of steps ({result.Threads} thread(s), {result.Parameters:N0} parameters)"));
            output.Document(result);
        });
    }

    private static string Line(RecipePoint point) => string.Create(
        CultureInfo.InvariantCulture, $"step {point.Step}, {point.Tokens:N0} tokens, {point.Seconds:F1} s: validation loss {point.Loss:F4}");
}
