using Mindwright.Data.BuiltIn;

namespace Mindwright.Data.Problems;

/// <summary>Where problems come from: a built-in generator, a file of the user's own, a process.</summary>
/// <remarks>Thread safety: one caller at a time.</remarks>
public interface IProblemSource : IDisposable
{
    /// <summary>Its name in metrics and reports.</summary>
    string Name { get; }

    /// <summary>Problems of one side of the split. No problem is ever on both sides.</summary>
    /// <param name="split">The side.</param>
    /// <param name="count">How many; fewer come where the held-out side has no more.</param>
    /// <param name="seed">The same seed gives the same problems.</param>
    /// <param name="cancellation">Ends the waiting for a process.</param>
    /// <exception cref="InvalidDataException">A problem is damaged; the message names the file and the line.</exception>
    IReadOnlyList<Problem> Draw(Split split, int count, int seed, CancellationToken cancellation = default);
}
