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
        if (RunFolder.IsRun(run))
            return Path.GetFullPath(run);
        var runs = List(root);
        var names = runs.Select(path => Path.GetFileName(path)).ToList();
        var found = run == "latest" ? runs.Count - 1 : names.IndexOf(run);
        if (found < 0)
            found = names.FindLastIndex(name => name.Length > DateLength && name[DateLength..] == run);
        if (found >= 0)
            return Path.GetFullPath(runs[found]);
        if (Directory.Exists(run))
            throw new DirectoryNotFoundException($"{run}: is a folder, but not a run (it has no manifest.json)");
        throw new DirectoryNotFoundException($"{run}: there is no such run; {(names.Count == 0
            ? $"there are none in {Path.GetFullPath(root)}"
            : $"in {Path.GetFullPath(root)} there are {string.Join(", ", names.TakeLast(10))}")}");
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
