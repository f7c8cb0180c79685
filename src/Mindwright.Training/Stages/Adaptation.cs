using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Compute;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages;

/// <summary>A stage that trains adapters over a frozen model: <c>adapters/STAGE</c> in the run, beside the model that they belong to.</summary>
internal static class Adaptation
{
    private const string Suffix = "-base";

    /// <summary>Where a stage's finished adapters are.</summary>
    public static string Folder(RunFolder run, string stage)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(run["adapters"]);
        return Path.Combine(run["adapters"], stage);
    }

    /// <summary>
    /// Keeps the run's model as the base of a stage's adapters: <c>model/</c> is replaced by the merged one in the end, and a run that is resumed
    /// after that must not adapt it twice.
    /// </summary>
    /// <returns>The base's folder.</returns>
    public static string KeepBase(RunFolder run, string stage, bool resume)
    {
        var path = Folder(run, stage) + Suffix;
        if (resume && Directory.Exists(path))
            return path;
        AtomicFolder.Write(path, folder =>
        {
            foreach (var file in Directory.EnumerateFiles(run.ModelPath).Where(file => Path.GetFileName(file) != FolderManifest.FileName))
                FileLink.LinkOrCopy(file, Path.Combine(folder, Path.GetFileName(file)));
        });
        return path;
    }

    /// <summary>Loads a frozen model and puts fresh adapters over it.</summary>
    /// <exception cref="RecipeException">The recipe names a layer that the model lacks.</exception>
    public static Transformer Load(string folder, Recipe recipe, ComputeSettings compute)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(compute);
        var model = ModelFolder.Load(folder, compute.Device, compute.Type, trainable: false);
        try
        {
            model.Adapt(new LoraOptions(recipe.Lora.Rank, recipe.Lora.Alpha, recipe.Lora.Targets), (ulong)recipe.Seed);
            return model;
        }
        catch (ArgumentException e)
        {
            model.Dispose();
            throw new RecipeException(e.Message.Split(" (Parameter", 2)[0], key: "lora.targets", innerException: e);
        }
    }
}
