using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if an answer's final expression is the expected one up to spelling (<see cref="MathAnswer"/>); else 0.</summary>
/// <remarks>A whole solution may be expected too: then its last <c>\boxed{…}</c> is.</remarks>
internal sealed class MathGrader : IGrader
{
    public static GraderDefinition Definition { get; } = new("math", _ => new MathGrader());

    /// <inheritdoc/>
    public string Name => "math";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        var expected = problem.Answer.Contains(@"\boxed{", StringComparison.Ordinal) ? MathAnswer.Extract(problem.Answer) : problem.Answer;
        return ValueTask.FromResult(Expected.Missing(problem) ?? Grade.Of(MathAnswer.AreEqual(MathAnswer.Extract(answer.Text), expected)));
    }
}
