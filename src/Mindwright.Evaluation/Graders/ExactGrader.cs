using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if an answer ended by itself, closed its thinking, and says exactly the expected text; else 0.</summary>
/// <param name="ignoreCase">Whether A and a are the same.</param>
internal sealed class ExactGrader(bool ignoreCase = false) : IGrader
{
    internal static GraderDefinition Definition { get; } = new("exact", section => new ExactGrader(section.IgnoreCase)) { Keys = [nameof(GraderSection.IgnoreCase)] };

    /// <inheritdoc/>
    public string Name => "exact";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) => ValueTask.FromResult(
        Expected.Missing(problem) ?? Grade.Of(
            answer.Ended && string.Equals(answer.Text.Trim(), problem.Answer.Trim(), ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)));
}
