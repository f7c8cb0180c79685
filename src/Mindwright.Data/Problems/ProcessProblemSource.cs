using System.Text;
using System.Text.Json;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Files;

namespace Mindwright.Data.Problems;

/// <summary>
/// Problems that a program of the user's makes. It reads <c>{"split": "train", "count": 8, "seed": 1}</c> and writes that many lines, each a
/// problem in the format of the files; an empty line says that there are no more.
/// </summary>
internal sealed class ProcessProblemSource(string name, IReadOnlyList<string> command, TimeSpan timeLimit) : IProblemSource
{
    private readonly JsonLineProcess _process = new(command, timeLimit);

    // Hashes of what was given to train on and held out: a program that ignores the split would make every measurement worthless.
    private readonly HashSet<ulong> _train = [], _heldOut = [];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    /// <exception cref="IOException">The program could not be started, or ended before it had answered.</exception>
    /// <exception cref="TimeoutException">The answer took too long.</exception>
    public IReadOnlyList<Problem> Draw(Split split, int count, int seed, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0)
            return [];
        var request = JsonSerializer.Serialize(new { Split = split, Count = count, Seed = seed }, JsonFormat.Line);
        return _process.AskAsync(request, count, lines => Read(lines, split, count), cancellation).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private Problem[] Read(IReadOnlyList<string> lines, Split split, int count)
    {
        if (lines.Count < count && (split == Split.Train || lines.Count == 0))
            throw new InvalidDataException($"'{command[0]}' gave {lines.Count} of {count} problems {(split == Split.Train ? "to train on" : "held out")}");
        var problems = lines.Select((line, i) => ProblemJson.Parse(Encoding.UTF8.GetBytes(line), name, $"'{command[0]}', line {i + 1} of its answer")).ToArray();
        var (own, other) = split == Split.Train ? (_train, _heldOut) : (_heldOut, _train);
        foreach (var problem in problems)
        {
            var key = FileProblemSource.Key(problem);
            var hash = StableHash.Of(key);
            if (other.Contains(hash))
                throw new InvalidDataException($"'{command[0]}' gave a problem both to train on and held out: {RunningProgram.Beginning(key)}");
            own.Add(hash);
        }
        return problems;
    }
}
