using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if an answer ended by itself, closed its thinking, and says exactly the expected text; else 0.</summary>
public sealed class ExactGrader : IGrader
{
    /// <inheritdoc/>
    public string Name => "exact";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Grade.Of(answer.Ended && string.Equals(answer.Text.Trim(), problem.Answer.Trim(), StringComparison.Ordinal)));
}
