using Mindwright.Runs;

namespace Mindwright.Workbench.Models;

/// <summary>Finds the model folder that a person means.</summary>
public static class ModelFinder
{
    private const string ModelFolder = "model";

    /// <summary>
    /// The model folder that a name stands for: the path of a model folder (a checkpoint is one), the path of a run, or the name of a run as
    /// <see cref="RunCatalog.Find"/> takes it; null for the newest run that has a model.
    /// </summary>
    /// <param name="name">What the user named.</param>
    /// <param name="root">The folder of runs.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such run or folder.</exception>
    /// <exception cref="InvalidDataException">The run has no model yet, or the folder is neither a run nor a model.</exception>
    public static string Find(string? name, string root = RunCatalog.DefaultRoot)
    {
        if (name is null)
            return Newest(root);
        if (IsModel(name))
            return name;
        if (!RunCatalog.TryFind(name, out var run, root))
        {
            throw Directory.Exists(name)
                ? new InvalidDataException($"{name}: neither a run nor a model folder (it has no config.json)")
                : new DirectoryNotFoundException($"{name}: there is no such run or model folder; {RunCatalog.Describe(root)}");
        }
        return Path.Combine(run, ModelFolder) is var model && IsModel(model) ? model : throw new InvalidDataException(
            $"{run}: the run has no finished model yet (its folder {ModelFolder}/ is missing); go on with it by `mindwright runs resume {Path.GetFileName(run)}`");
    }

    /// <summary>The run that a model folder belongs to; null for one that belongs to none.</summary>
    public static string? RunOf(string folder) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) is { } parent && RunFolder.IsRun(parent) ? parent : null;

    private static string Newest(string root)
    {
        var models = RunCatalog.List(root).Select(run => Path.Combine(run, ModelFolder)).Where(IsModel);
        return models.OrderByDescending(model => File.GetLastWriteTimeUtc(Path.Combine(model, "config.json"))).ThenByDescending(model => model, StringComparer.Ordinal).FirstOrDefault()
            ?? throw new DirectoryNotFoundException($"No run in {Path.GetFullPath(root)} has a model yet; make one with `mindwright quickstart`, or name a model folder");
    }

    private static bool IsModel(string path) => File.Exists(Path.Combine(path, "config.json"));
}
