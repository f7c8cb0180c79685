using Mindwright.Data.BuiltIn;

namespace Mindwright.Data.Problems;

/// <summary>Problems of a built-in generator.</summary>
/// <param name="kind">Which problems.</param>
/// <param name="name">The source's name; that of the kind if null.</param>
internal sealed class BuiltInProblemSource(BuiltInProblems kind, string? name = null) : IProblemSource
{
    private readonly string _kind = kind == BuiltInProblems.Compare ? ReasoningProblems.Compare : ReasoningProblems.Multiply;

    /// <inheritdoc/>
    public string Name => name ?? _kind;

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Draw(Split split, int count, int seed, CancellationToken cancellation = default) =>
        [.. ReasoningProblems.Generate(_kind, count, seed, split).Select(problem => new Problem(problem.Kind, problem.Question, problem.Answer))];

    /// <inheritdoc/>
    public void Dispose()
    {
        // A generator holds nothing.
    }
}
