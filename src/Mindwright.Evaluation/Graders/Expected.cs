using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>The expected answers that graders compare with.</summary>
internal static class Expected
{
    /// <summary>The failed grade of a problem that expects nothing; null where it expects something.</summary>
    public static Grade? Missing(Problem problem) =>
        string.IsNullOrWhiteSpace(problem.Answer) ? Grade.Failed("the problem has no expected answer to compare with") : null;
}
