using System.Globalization;
using Mindwright.Data.BuiltIn;
using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Problems;

/// <summary>Problems of the user's own files, held in memory and split by a hash of what is asked.</summary>
/// <remarks>
/// The side of a problem depends on its own words alone: it stays when the file grows or is sorted, and a question that stands in the file
/// twice is on one side. System messages don't count, so the same question under another instruction is on the same side too.
/// </remarks>
internal sealed class FileProblemSource : IProblemSource
{
    private readonly Problem[] _train;
    private readonly Problem[] _heldOut;

    private FileProblemSource(string name, Problem[] train, Problem[] heldOut) => (Name, _train, _heldOut) = (name, train, heldOut);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Reads the files and splits their problems.</summary>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">A record is no problem, or one side of the split is empty.</exception>
    public static FileProblemSource Open(string? name, IReadOnlyList<string> paths, double heldOut)
    {
        var files = ProblemFiles.Find(paths);
        name ??= NameOf(files[0]);
        var sides = files.SelectMany(file => ProblemFiles.Read(file, name)).Select(problem => (Problem: problem, Key: Key(problem)))
            .ToLookup(item => StableHash.Fraction(item.Key) < heldOut);
        var (held, train) = (sides[true].ToArray(), sides[false].ToArray());
        if (held.Length == 0 || train.Length == 0)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", paths)}: of {held.Length + train.Length} problems none is {(held.Length == 0 ? "held out" : "left to train on")} at "
                + $"held_out = {heldOut}; give more problems, or {(held.Length == 0 ? "raise" : "lower")} held_out"));
        }
        // By the hash, those that a smaller share would hold out come first: a longer list of them always begins with the shorter one.
        return new FileProblemSource(
            name,
            [.. train.Select(item => item.Problem)],
            [.. held.OrderBy(item => StableHash.Of(item.Key)).Select(item => item.Problem)]);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A problem to train on comes again within one draw only once all of them have come. Held-out problems come in one fixed order,
    /// whatever the seed, so that measurements are of the same problems.
    /// </remarks>
    public IReadOnlyList<Problem> Draw(Split split, int count, int seed, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (split == Split.HeldOut)
            return [.. _heldOut.Take(count)];
        var random = new Random(seed);
        var drawn = new List<Problem>(count);
        var order = (Problem[])_train.Clone();
        while (drawn.Count < count)
        {
            random.Shuffle(order);
            drawn.AddRange(order.Take(count - drawn.Count));
        }
        return drawn;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Everything is in memory.
    }

    /// <summary>What is asked: all that was said but the instructions.</summary>
    internal static string Key(Problem problem) =>
        string.Join('\n', problem.Messages.Where(message => message.Role != ChatRole.System).Select(message => message.Content));

    private static string NameOf(string file) => Path.GetFileName(file).Split('.') is [{ Length: > 0 } stem, ..] ? stem : Path.GetFileName(file);
}
