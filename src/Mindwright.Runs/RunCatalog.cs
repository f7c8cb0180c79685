using System.Diagnostics.CodeAnalysis;

namespace Mindwright.Runs;

/// <summary>The runs in a folder of runs.</summary>
public static class RunCatalog
{
    /// <summary>The folder of runs where none is named.</summary>
    public const string DefaultRoot = "runs";

    /// <summary>The paths of all runs, oldest first; those with an unreadable manifest come first.</summary>
    public static IReadOnlyList<string> List(string root = DefaultRoot) => Directory.Exists(root)
        ? [.. Directory.GetDirectories(root).Where(RunFolder.IsRun).OrderBy(Created).ThenBy(path => path, StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// Finds a run by its path, the name of its folder, that name without the date (the newest such run), or <c>latest</c>.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such run; the message names those that there are.</exception>
    public static string Find(string run, string root = DefaultRoot)
    {
        if (TryFind(run, out var path, root))
            return path;
        throw new DirectoryNotFoundException(Directory.Exists(run)
            ? $"{run}: is a folder, but not a run (it has no manifest.json)"
            : $"{run}: there is no such run; {Describe(root)}");
    }

    /// <summary>Finds a run in the same way.</summary>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(string run, [NotNullWhen(true)] out string? path, string root = DefaultRoot)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (RunFolder.IsRun(run))
        {
            path = Path.GetFullPath(run);
            return true;
        }
        var runs = List(root);
        var names = runs.Select(found => Path.GetFileName(found)).ToList();
        var index = run == "latest" ? runs.Count - 1 : names.IndexOf(run);
        if (index < 0)
            index = names.FindLastIndex(name => name.Length > DateLength && name[DateLength..] == run);
        path = index < 0 ? null : Path.GetFullPath(runs[index]);
        return path is not null;
    }

    /// <summary>Which runs there are, for messages: <c>in …/runs there are a, b</c>.</summary>
    public static string Describe(string root = DefaultRoot)
    {
        var names = List(root).Select(path => Path.GetFileName(path)).ToList();
        return names.Count == 0 ? $"there are no runs in {Path.GetFullPath(root)}" : $"in {Path.GetFullPath(root)} there are {string.Join(", ", names.TakeLast(10))}";
    }

    private static DateTimeOffset Created(string path)
    {
        try
        {
            return RunFolder.ReadManifest(path).Created;
        }
        catch (InvalidDataException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    private static readonly int DateLength = "2026-01-31-".Length;
}
