using System.ComponentModel.DataAnnotations;
using Mindwright.Runs.Recipes;

namespace Mindwright.Evaluation.Graders;

/// <summary>What a length is counted in.</summary>
public enum LengthUnit
{
    /// <summary>Tokens that the model wrote, thinking included.</summary>
    Tokens,

    /// <summary>UTF-16 characters of the answer, without the thinking.</summary>
    Characters,
}

/// <summary>A grader, as a recipe names it.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>exact</term><description>the answer is the expected text, and the model ended it by itself (<c>ignore_case</c>)</description></item>
/// <item><term>number</term><description>its last number is the expected one, however it is written (<c>strict</c>)</description></item>
/// <item><term>math</term><description>its last <c>\boxed{…}</c> is the expected expression up to spelling</description></item>
/// <item><term>contains</term><description>the expected text occurs in it (<c>ignore_case</c>)</description></item>
/// <item><term>regex</term><description>a regular expression matches in it (<c>pattern</c>)</description></item>
/// <item><term>json_schema</term><description>it is JSON that a schema allows (<c>schema</c>)</description></item>
/// <item><term>length</term><description>it is of some length (<c>min</c>, <c>max</c>, <c>unit</c>)</description></item>
/// <item><term>refusal</term><description>it declines where <c>refuse</c> is expected, and does not where <c>answer</c> is</description></item>
/// <item><term>instructions</term><description>the share of instructions that it follows; expected is IFEval's <c>{"instruction_id_list", "kwargs"}</c></description></item>
/// <item><term>code</term><description>its program passes the expected tests in a sandbox (<c>command</c>, <c>timeout_seconds</c>)</description></item>
/// <item><term>process</term><description>what a program of your own says (<c>command</c>, <c>timeout_seconds</c>)</description></item>
/// </list>
/// </remarks>
public sealed record GraderSection : IValidatableObject
{
    /// <summary>Which grader.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What its score counts in the reward.</summary>
    [Range(-1e6, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>exact, contains: whether A and a are the same.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>number: whether only a number after <c>####</c> counts, as in GSM8K's answers.</summary>
    public bool Strict { get; init; }

    /// <summary>regex: a regular expression without look-around and back-references, so that matching takes linear time.</summary>
    public string? Pattern { get; init; }

    /// <summary>json_schema: a JSON schema, or the path of a file that holds one. References may lead to places in it only.</summary>
    public string? Schema { get; init; }

    /// <summary>length: the least; below it the score falls in proportion, to 0 for an empty answer.</summary>
    [Range(0, int.MaxValue)]
    public int? Min { get; init; }

    /// <summary>length: the most; beyond it the score falls in proportion, to 0 at twice as much.</summary>
    [Range(1, int.MaxValue)]
    public int? Max { get; init; }

    /// <summary>length: what is counted.</summary>
    public LengthUnit Unit { get; init; }

    /// <summary>
    /// process: a program with its arguments. It reads a line <c>{"question", "messages", "answer", "expected", "thinking", "kind", "ended"}</c>
    /// and writes a line <c>{"score": 0.5, "parts": {"style": 1}}</c>, or <c>{"error": "why"}</c> where it cannot judge. code: a program that runs
    /// Python from its standard input safely and ends with exit code 0 if that does.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>process, code: the most seconds for one answer; 60 for a process and 20 for code if left out.</summary>
    [Range(0.1, 86400)]
    public double? TimeoutSeconds { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (GraderList.Find(Name) is not { } definition)
        {
            var nearest = EditDistance.Nearest(Name, GraderList.Names);
            yield return new ValidationResult(
                $"there is no grader '{Name}'{(nearest is null ? "" : $"; did you mean {nearest}?")} Known are {string.Join(", ", GraderList.Names)}", [nameof(Name)]);
            yield break;
        }
        var given = Given();
        foreach (var key in given.Where(key => !definition.Keys.Contains(key) && !definition.Required.Contains(key)))
            yield return new ValidationResult($"the grader {Name} has no such key", [key]);
        foreach (var key in definition.Required.Except(given))
            yield return new ValidationResult($"the grader {Name} needs it", [key]);
        if (definition.Required.All(given.Contains) && definition.Check(this) is { } mistake)
            yield return mistake;
    }

    private List<string> Given()
    {
        (string Key, bool IsGiven)[] keys =
        [
            (nameof(IgnoreCase), IgnoreCase), (nameof(Strict), Strict), (nameof(Pattern), Pattern is not null), (nameof(Schema), Schema is not null),
            (nameof(Min), Min is not null), (nameof(Max), Max is not null), (nameof(Unit), Unit != LengthUnit.Tokens),
            (nameof(Command), Command.Count > 0), (nameof(TimeoutSeconds), TimeoutSeconds is not null),
        ];
        return [.. keys.Where(key => key.IsGiven).Select(key => key.Key)];
    }
}
