using System.ComponentModel.DataAnnotations;

namespace Mindwright.Data.Problems;

/// <summary>Problems that need no file of the user's.</summary>
public enum BuiltInProblems
{
    /// <summary>Which of two decimals is larger.</summary>
    Compare,

    /// <summary>Products of two-digit numbers.</summary>
    Multiply,
}

/// <summary>A source of problems, as a recipe names it.</summary>
public sealed record ProblemSourceSection : IValidatableObject
{
    /// <summary>Its name in metrics and reports; the built-in kind's, the first file's or the program's if left out.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// JSON lines files, folders or globs: <c>{"question", "answer"}</c> or <c>{"messages", "answer"}</c> a line, with an optional <c>"kind"</c>.
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A built-in generator.</summary>
    public BuiltInProblems? BuiltIn { get; init; }

    /// <summary>
    /// A program that speaks JSON lines, with its arguments: it reads <c>{"split": "train", "count": 8, "seed": 1}</c> (or <c>"held_out"</c>) and
    /// writes that many problems, a line each as in a file; an empty line says that there are no more held out.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The most seconds that the program may take for an answer.</summary>
    [Range(0.1, 86400)]
    public double TimeoutSeconds { get; init; } = 60;

    /// <summary>Share of a file's problems that is kept for measuring.</summary>
    [Range(0.001, 0.9)]
    public double HeldOut { get; init; } = 0.1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((Paths.Count > 0 ? 1 : 0) + (BuiltIn is null ? 0 : 1) + (Command.Count > 0 ? 1 : 0) != 1)
            yield return new ValidationResult("a source has one of paths, built_in and command", [nameof(Paths)]);
        if (Command is [var program, ..] && string.IsNullOrWhiteSpace(program))
            yield return new ValidationResult("the program's name is empty", [nameof(Command)]);
    }
}
