using System.ComponentModel.DataAnnotations;
using Mindwright.Data.BuiltIn;

namespace Mindwright.Training.Recipes;

/// <summary>A context whose next word shows what the text has taught.</summary>
public sealed record ProbeSection
{
    /// <summary>Its name in metrics and report; probe-1, probe-2, … if left out.</summary>
    public string Name { get; init; } = "";

    /// <summary>The beginning of a text.</summary>
    [Required]
    public string Context { get; init; } = "";

    /// <summary>The word that should follow, with the space before it.</summary>
    [Required]
    public string Expect { get; init; } = "";

    /// <summary>Words that might follow instead.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];

    /// <summary>The probe, named by its number if it has no name.</summary>
    public Probe ToProbe(int number) => new(Name.Length > 0 ? Name : $"probe-{number}", Context, Expect, Against);
}
