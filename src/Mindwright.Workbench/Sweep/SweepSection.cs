using System.ComponentModel.DataAnnotations;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Sweep;

/// <summary>A recipe with a ladder of models beside what every run has.</summary>
public sealed record SweepRecipe : Recipe
{
    /// <summary>The ladder.</summary>
    public SweepSection Sweep { get; init; } = new();
}

/// <summary>A ladder of small models, to fit a scaling law to and to put its prediction to the test.</summary>
public sealed record SweepSection
{
    /// <summary>Sizes, in blocks: a model has 32 channels for each of its blocks, so that width and depth grow together.</summary>
    [Range(1, 100), MinLength(3)]
    public IReadOnlyList<int> Depths { get; init; } = [2, 3, 4, 5];

    /// <summary>Training lengths, in tokens.</summary>
    [Range(1_000, 1_000_000_000_000), MinLength(3)]
    public IReadOnlyList<long> Tokens { get; init; } = [150_000, 300_000, 600_000, 1_200_000];

    /// <summary>The most compute of one model of the ladder, in FLOP (6ND): dearer pairs of size and length are left out.</summary>
    [Range(1e6, 1e30)]
    public double Budget { get; init; } = 1.7e12;

    /// <summary>How many times that budget the model gets whose loss is predicted, before it is trained.</summary>
    [Range(1, 1000)]
    public double Factor { get; init; } = 8;
}
