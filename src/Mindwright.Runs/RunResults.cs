using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>What a run has measured, a JSON file each in its <c>results/</c>: reports and resumed runs are made from these.</summary>
public static class RunResults
{
    /// <summary>A result; default where it has not been measured.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T? Result<T>(this RunFolder run, string name)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Read<T>(run.Path, name);
    }

    /// <summary>A result of a type that is known only at run time; null where it has not been measured.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <param name="type">The result's type.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static object? Result(this RunFolder run, string name, Type type)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Read(run.Path, name, type);
    }

    /// <summary>A result of a run folder that another process may be using.</summary>
    /// <param name="run">Path of the run folder.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T? Read<T>(string run, string name) => Read(run, name, typeof(T)) is T result ? result : default;

    /// <summary>Keeps a result.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The stage or measurement: the file's name without its extension.</param>
    /// <param name="result">What was measured.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void WriteResult<T>(this RunFolder run, string name, T result)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(run["results"]);
        JsonFormat.Write(PathOf(run.Path, name), result);
    }

    private static object? Read(string run, string name, Type type)
    {
        var path = PathOf(run, name);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type, JsonFormat.Indented);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}; delete the file to measure again", e);
        }
    }

    private static string PathOf(string run, string name) => Path.Combine(run, "results", name + ".json");
}
