using Mindwright.Runs.Recipes;

namespace Mindwright.Runs;

/// <summary>A setting or metric, and its value in each run; null where a run lacks it.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
/// <param name="Name">A key of the recipe, or <c>stage/metric</c>.</param>
/// <param name="Values">A value a run.</param>
public sealed record RunDifference<T>(string Name, IReadOnlyList<T?> Values);

/// <summary>Runs side by side.</summary>
/// <param name="Runs">The runs, as given.</param>
/// <param name="Settings">The keys of the resolved recipes whose values are not the same everywhere, as TOML writes them.</param>
/// <param name="Metrics">The latest value of each metric.</param>
public sealed record RunComparison(
    IReadOnlyList<RunSummary> Runs, IReadOnlyList<RunDifference<string>> Settings, IReadOnlyList<RunDifference<double?>> Metrics)
{
    /// <summary>Compares runs.</summary>
    /// <param name="paths">Run folders.</param>
    /// <exception cref="InvalidDataException">A run's files are damaged.</exception>
    /// <exception cref="RecipeException">A run's <c>resolved.toml</c> is not TOML.</exception>
    public static RunComparison Of(IReadOnlyList<string> paths)
    {
        var runs = paths.Select(RunSummary.Read).ToList();
        var settings = runs.Select(run => TomlSource.Flatten(Path.Combine(run.Path, RunFolder.ResolvedFile))).ToList();
        var metrics = runs.Select(run => run.Stages.SelectMany(stage => stage.Last.Select(m => ($"{stage.Stage}/{m.Key}", (double?)m.Value))).ToList()).ToList();
        return new RunComparison(
            runs,
            [.. Align(settings).Where(d => d.Values.Distinct().Count() > 1)],
            Align(metrics));
    }

    // Names in the order in which they first occur, run by run.
    private static List<RunDifference<T>> Align<T>(IReadOnlyList<List<(string Name, T? Value)>> runs) =>
        [.. runs.SelectMany(run => run.Select(item => item.Name)).Distinct(StringComparer.Ordinal)
            .Select(name => new RunDifference<T>(name, [.. runs.Select(run => run.Find(item => item.Name == name).Value)]))];
}
