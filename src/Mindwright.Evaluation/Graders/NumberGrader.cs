using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if the last number of an answer is the expected one, however both are written (<see cref="Gsm8kAnswer"/>); else 0.</summary>
/// <param name="strict">Whether only a number after <c>####</c> counts.</param>
internal sealed class NumberGrader(bool strict) : IGrader
{
    public static GraderDefinition Definition { get; } = new("number", section => new NumberGrader(section.Strict)) { Keys = [nameof(GraderSection.Strict)] };

    /// <inheritdoc/>
    public string Name => "number";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        if ((Gsm8kAnswer.Strict(problem.Answer) ?? Gsm8kAnswer.Flexible(problem.Answer)) is not { } expected)
            return ValueTask.FromResult(Grade.Failed($"the expected answer '{problem.Answer}' has no number"));
        var number = strict ? Gsm8kAnswer.Strict(answer.Text) : Gsm8kAnswer.Flexible(answer.Text);
        return ValueTask.FromResult(Grade.Of(Gsm8kAnswer.AreEqual(number, expected)));
    }
}
