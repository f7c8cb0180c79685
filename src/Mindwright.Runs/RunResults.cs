using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>What a run has measured, one JSON file per stage in its <c>results/</c>: reports and resumed runs are made from these.</summary>
public static class RunResults
{
    /// <summary>A result; default where it has not been measured.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T? Result<T>(this RunFolder run, string name) => Read<T>(run.Path, name);

    /// <summary>The same, of a run folder that another process may be using.</summary>
    /// <param name="run">Path of the run folder.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T? Read<T>(string run, string name)
    {
        var path = PathOf(run, name);
        if (!File.Exists(path))
            return default;
        try
        {
            return JsonFormat.Read<T>(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message}; delete the file to measure again", e);
        }
    }

    /// <summary>Keeps a result.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <param name="result">What was measured.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void WriteResult<T>(this RunFolder run, string name, T result)
    {
        Directory.CreateDirectory(run["results"]);
        JsonFormat.Write(PathOf(run.Path, name), result);
    }

    private static string PathOf(string run, string name) => Path.Combine(run, "results", name + ".json");
}
