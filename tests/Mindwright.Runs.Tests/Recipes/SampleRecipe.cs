using System.ComponentModel.DataAnnotations;

namespace Mindwright.Runs.Tests.Recipes;

public enum Schedule
{
    Constant,
    WarmupStableDecay,
}

public sealed class OptimizerSection : IValidatableObject
{
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; set; } = 3e-4;

    public float Beta1 { get; set; } = 0.9f;

    public Schedule Schedule { get; set; } = Schedule.WarmupStableDecay;

    public double? ClipNorm { get; set; } = 1.0;

    [Range(0, int.MaxValue)]
    public int WarmupSteps { get; set; } = 10;

    [Range(1, 1_000_000)]
    public int Steps { get; set; } = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WarmupSteps > Steps)
            yield return new ValidationResult("the warm-up is longer than the training", [nameof(WarmupSteps)]);
    }
}

public sealed record ProbeSection
{
    [Required]
    public string Context { get; init; } = "";

    public IReadOnlyList<string> Expect { get; init; } = [];
}

public sealed record SampleRecipe
{
    // Shared by all recipes on purpose: reading one must not write into it.
    private static readonly OptimizerSection Shared = new();

    public string Name { get; init; } = "sample";

    public string? Note { get; init; }

    public long Seed { get; init; } = 1;

    public bool Bf16 { get; init; } = true;

    [Range(0.0, 1.0)]
    public List<double> Weights { get; init; } = [0.5, 0.5];

    public int[] Sizes { get; init; } = [];

    public OptimizerSection Optimizer { get; init; } = Shared;

    public OptimizerSection? Second { get; init; }

    public IReadOnlyList<ProbeSection> Probes { get; init; } = [];

    public int Doubled => Sizes.Length * 2; // no setter: not a key
}
