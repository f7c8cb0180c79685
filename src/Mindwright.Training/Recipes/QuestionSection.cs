using System.ComponentModel.DataAnnotations;

namespace Mindwright.Training.Recipes;

/// <summary>A question that is put to the model after every stage.</summary>
public sealed record QuestionSection
{
    /// <summary>What the user asks.</summary>
    [Required]
    public string Text { get; init; } = "";
}
