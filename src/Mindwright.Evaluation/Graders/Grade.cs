namespace Mindwright.Evaluation.Graders;

/// <summary>Whether a grader could do its work.</summary>
public enum GradeOutcome
{
    /// <summary>The answer was graded, right or wrong.</summary>
    Graded,

    /// <summary>
    /// The grader failed: it threw, hung or answered nonsense. This says nothing about the answer, which counts neither as right nor as wrong.
    /// </summary>
    Failed,
}

/// <summary>What a grader says of an answer.</summary>
/// <param name="Score">The grade, usually from 0 (wrong) to 1 (right); 0 where the grader failed.</param>
/// <param name="Parts">What the score is made of, by name; empty where it is of one piece.</param>
/// <param name="Outcome">Whether the grader could do its work.</param>
/// <param name="Message">Why the grader failed; null where it did not.</param>
public sealed record Grade(double Score, IReadOnlyDictionary<string, double> Parts, GradeOutcome Outcome = GradeOutcome.Graded, string? Message = null)
{
    private static readonly IReadOnlyDictionary<string, double> NoParts = new Dictionary<string, double>();

    /// <summary>A grade of one piece.</summary>
    public static Grade Of(double score) => new(score, NoParts);

    /// <summary>1 for right, 0 for wrong.</summary>
    public static Grade Of(bool isRight) => Of(isRight ? 1 : 0);

    /// <summary>The grader failed.</summary>
    public static Grade Failed(string message) => new(0, NoParts, GradeOutcome.Failed, message);

    /// <summary>Whether the grader failed.</summary>
    public bool IsFailed => Outcome == GradeOutcome.Failed;
}
