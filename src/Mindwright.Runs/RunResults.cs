using System.Text.Json;
using Mindwright.Runs;
using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>What a run has measured, a JSON file each in its <c>results/</c>: reports and resumed runs are made from these.</summary>
public static class RunResults
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
    };

    /// <summary>A result, or default where it has not been measured.</summary>
    public static T? Result<T>(this RunFolder run, string name) => Read<T>(run.Path, name);

    /// <summary>The same of a run folder that another process may be using.</summary>
    public static T? Read<T>(string run, string name) => Read(run, name, typeof(T)) is T result ? result : default;

    private static object? Read(string run, string name, Type type)
    {
        var path = PathOf(run, name);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type, Json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}; delete it to measure anew", e);
        }
    }

    /// <summary>A result of a type that is known only at run time; null where it has not been measured.</summary>
    public static object? Result(this RunFolder run, string name, Type type)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Read(run.Path, name, type);
    }

    /// <summary>Keeps a result.</summary>
    public static void WriteResult<T>(this RunFolder run, string name, T result)
    {
        Directory.CreateDirectory(run["results"]);
        AtomicFile.Write(PathOf(run.Path, name), stream => JsonSerializer.Serialize(stream, result, Json));
    }

    private static string PathOf(string run, string name) => Path.Combine(run, "results", name + ".json");
}
