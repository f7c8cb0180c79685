using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>Makes the folder of a run that is to be begun.</summary>
public static class NewRun
{
    /// <summary>Makes the folder, with the recipe as given and as resolved.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="text">The recipe's file as given; empty where there was none.</param>
    /// <param name="output">The folder; one in <c>runs/</c> by date and name if null.</param>
    /// <param name="warn">Receives warnings about damaged checkpoints.</param>
    /// <returns>The run, which this process holds until it disposes of it.</returns>
    /// <exception cref="IOException">The folder holds something already, or cannot be written.</exception>
    public static RunFolder Create<T>(T recipe, string text, string? output = null, Action<string>? warn = null)
        where T : Recipe
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var run = RunFolder.Create(RunCatalog.DefaultRoot, recipe.Name, text, RecipeWriter.Write(recipe), DateTimeOffset.UtcNow, output, warn: warn);
        run.UpdateManifest(manifest =>
        {
            manifest.Seeds["seed"] = recipe.Seed;
            return manifest;
        });
        return run;
    }
}
