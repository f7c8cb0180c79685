using System.ComponentModel.DataAnnotations;

namespace Mindwright.Evaluation.Graders;

/// <summary>A grader, as a recipe names it.</summary>
public sealed record GraderSection
{
    /// <summary>Which grader.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What its score counts in the reward.</summary>
    [Range(-1e6, 1e6)]
    public double Weight { get; init; } = 1;
}
