using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;

namespace Mindwright.Evaluation.Tests;

/// <summary>A grader of one's own, as a C# user writes it.</summary>
internal sealed class FunctionGrader(Func<Problem, Answer, Grade> grade, string name = "function") : IGrader
{
    public string Name => name;

    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) => ValueTask.FromResult(grade(problem, answer));
}
