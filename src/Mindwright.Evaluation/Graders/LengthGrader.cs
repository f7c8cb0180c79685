using System.ComponentModel.DataAnnotations;
using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// 1 for an answer of a length from <c>min</c> to <c>max</c>; outside it falls linearly, to 0 for an empty answer and for one twice as long as the most
/// (a linear penalty as in Yu et al. 2025, "DAPO", equation 13).
/// </summary>
internal sealed class LengthGrader(int? min, int? max, LengthUnit unit) : IGrader
{
    public static GraderDefinition Definition { get; } = new("length", section => new LengthGrader(section.Min, section.Max, section.Unit))
    {
        Keys = [nameof(GraderSection.Min), nameof(GraderSection.Max), nameof(GraderSection.Unit)],
        Check = section => section.Min is null && section.Max is null ? new("the grader length needs min, max or both", [nameof(GraderSection.Max)])
            : section.Min > section.Max ? new ValidationResult($"it is below min, which is {section.Min}", [nameof(GraderSection.Max)])
            : null,
    };

    /// <inheritdoc/>
    public string Name => "length";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        var length = unit == LengthUnit.Characters ? answer.Text.Length : answer.Tokens;
        if (length == 0 && answer.Text.Length > 0)
            return ValueTask.FromResult(Grade.Failed("the tokens of the answer were not counted"));
        return ValueTask.FromResult(Grade.Of(
            length < min ? length / (double)min
            : length > max ? Math.Max(0, 2 - length / (double)max)
            : 1));
    }
}
