using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if the expected text occurs in the answer, else 0.</summary>
internal sealed class ContainsGrader(bool ignoreCase) : IGrader
{
    public static GraderDefinition Definition { get; } = new("contains", section => new ContainsGrader(section.IgnoreCase)) { Keys = [nameof(GraderSection.IgnoreCase)] };

    /// <inheritdoc/>
    public string Name => "contains";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) => ValueTask.FromResult(
        Expected.Missing(problem) ?? Grade.Of(
            answer.Text.Contains(problem.Answer.Trim(), ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)));
}
