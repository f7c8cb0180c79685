using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if the answer's first line is the expected text, a full stop and capitals aside; else 0: how BIG-Bench Hard is scored.</summary>
internal sealed class FirstLineGrader : IGrader
{
    /// <inheritdoc/>
    public string Name => "first_line";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) => ValueTask.FromResult(
        Grade.Of(string.Equals(answer.Text.Split('\n')[0].Trim().TrimEnd('.'), problem.Answer.Trim(), StringComparison.OrdinalIgnoreCase)));
}
