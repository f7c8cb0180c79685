using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if a regular expression matches somewhere in the answer, else 0.</summary>
internal sealed class RegexGrader(string pattern) : IGrader
{
    // What a model writes must not be able to make the matching take exponential time.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _regex = Create(pattern);

    public static GraderDefinition Definition { get; } = new("regex", section => new RegexGrader(section.Pattern!))
    {
        Required = [nameof(GraderSection.Pattern)],
        Check = section => Trouble(section.Pattern!) is { } trouble ? new ValidationResult(trouble, [nameof(GraderSection.Pattern)]) : null,
    };

    /// <inheritdoc/>
    public string Name => "regex";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Grade.Of(_regex.IsMatch(answer.Text)));

    /// <summary>Makes the regular expression of a pattern so that matching takes linear time.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It looks around or refers back.</exception>
    internal static Regex Create(string pattern) => new(pattern, Linear);

    private static string? Trouble(string pattern)
    {
        try
        {
            Create(pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e is NotSupportedException ? $"'{pattern}' looks around or refers back, which takes more than linear time: {e.Message}" : e.Message;
        }
    }
}
