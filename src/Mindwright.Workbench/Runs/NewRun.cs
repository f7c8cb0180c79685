using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>Makes the folder of a new run.</summary>
public static class NewRun
{
    /// <summary>Makes a folder, writes the recipe and the manifest into it, and holds its lock until it is disposed of.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="output">The folder to make; <c>runs/DATE-NAME</c> if null.</param>
    /// <param name="text">The recipe as its author wrote it; empty for none.</param>
    /// <param name="warn">Receives warnings about damaged checkpoints.</param>
    /// <exception cref="IOException">The folder holds something already, or cannot be written.</exception>
    public static RunFolder Create<T>(T recipe, string? output = null, string text = "", Action<string>? warn = null)
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
