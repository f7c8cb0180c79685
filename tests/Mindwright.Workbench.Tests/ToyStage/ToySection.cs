using System.ComponentModel.DataAnnotations;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Tests.ToyStage;

/// <summary>The options of the toy stage: a recipe's <c>[toy]</c>.</summary>
public sealed record ToySection : StageSection
{
    /// <summary>Pairs of a step.</summary>
    [Range(1, 1000)]
    public int Pairs { get; init; } = 4;

    /// <summary>Rows that go through the model at once.</summary>
    [Range(2, 1000)]
    public int MicroBatch { get; init; } = 4;

    /// <summary>How steeply the difference of mean log-probabilities counts.</summary>
    [Range(0.01, 100)]
    public double Beta { get; init; } = 2;

    /// <summary>The margin that the chosen answer should have.</summary>
    [Range(0, 100.0)]
    public double Margin { get; init; } = 0.5;
}
