using System.ComponentModel.DataAnnotations;

namespace Mindwright.Evaluation.Graders;

/// <summary>A kind of grader, as <see cref="GraderList"/> lists it.</summary>
/// <param name="Name">Its name in recipes.</param>
/// <param name="Open">Makes one; the section has been checked.</param>
internal sealed record GraderDefinition(string Name, Func<GraderSection, IGrader> Open)
{
    /// <summary>The properties of the section that it needs.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Those that it may have beside.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>What is wrong with the values; null if nothing is.</summary>
    public Func<GraderSection, ValidationResult?> Check { get; init; } = static _ => null;
}
