using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mindwright.Runs;

/// <summary>An input file of a run.</summary>
/// <param name="Path">Its path, as the user named it.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Hash of its bytes, in lower-case hexadecimal.</param>
public sealed record RunData(string Path, long Bytes, string Sha256)
{
    /// <summary>Reads a file for its size and hash.</summary>
    public static RunData Of(string path)
    {
        using var file = File.OpenRead(path);
        return new RunData(path, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}

/// <summary>How it is with a run.</summary>
public enum RunStatus
{
    /// <summary>A process is at work on it.</summary>
    Running,

    /// <summary>It was stopped, or its process was killed; it can be resumed.</summary>
    Interrupted,

    /// <summary>It ended by an error, which the manifest holds.</summary>
    Failed,

    /// <summary>All its stages are done.</summary>
    Done,
}

/// <summary>What <c>manifest.json</c> says about a run, so that it can be repeated and compared.</summary>
public sealed record RunManifest
{
    /// <summary>The run's name, without the date.</summary>
    public required string Name { get; init; }

    /// <summary>When the run was created (UTC).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How it is with the run. One that was killed still says running, but no process holds its lock; see <see cref="RunSummary.Status"/>.</summary>
    public RunStatus Status { get; init; } = RunStatus.Running;

    /// <summary>Why it failed, in one line; null for a run that did not.</summary>
    public string? Failure { get; init; }

    /// <summary>Versions of the program, the runtime and what they build on, by name.</summary>
    public SortedDictionary<string, string> Versions { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The machine: system, processor, cores, memory.</summary>
    public SortedDictionary<string, string> Hardware { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Seeds by purpose.</summary>
    public SortedDictionary<string, long> Seeds { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What it learned from, in words.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The data files with their hashes.</summary>
    public IReadOnlyList<RunData> Data { get; init; } = [];

    /// <summary>A manifest that describes this process and its machine.</summary>
    public static RunManifest Describe(string name, DateTimeOffset now) => new()
    {
        Name = name,
        Created = now.ToUniversalTime(),
        Versions = new(StringComparer.Ordinal)
        {
            ["dotnet"] = Environment.Version.ToString(),
            ["mindwright"] = typeof(RunManifest).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
                is [System.Reflection.AssemblyInformationalVersionAttribute version, ..] ? version.InformationalVersion : "unknown",
        },
        Hardware = new(StringComparer.Ordinal)
        {
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = FormattableString.Invariant($"{Environment.ProcessorCount}"),
            ["memory_bytes"] = FormattableString.Invariant($"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes}"),
            ["system"] = RuntimeInformation.OSDescription,
        },
    };
}
