using System.ComponentModel.DataAnnotations;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;

namespace Mindwright.Training.Recipes;

/// <summary>The options that all stages have.</summary>
[FormerKey("clip", "max_grad_norm")]
[FormerKey("final", "final_rate")]
public abstract record StageSection
{
    /// <summary>Optimizer steps.</summary>
    [Range(1, 100_000_000)]
    public int Steps { get; init; } = 100;

    /// <summary>Whether matrices are updated by Muon rather than AdamW.</summary>
    public bool Muon { get; init; } = true;

    /// <summary>Learning rate of matrices.</summary>
    [Range(0, 10.0)]
    public double MatrixRate { get; init; } = 0.02;

    /// <summary>Decay of Muon's momentum.</summary>
    [Range(0, 0.9999)]
    public double Momentum { get; init; } = 0.95;

    /// <summary>Learning rate of embeddings, AdamW.</summary>
    [Range(0, 10.0)]
    public double EmbeddingRate { get; init; } = 0.004;

    /// <summary>Learning rate of gains and biases, AdamW.</summary>
    [Range(0, 10.0)]
    public double VectorRate { get; init; } = 0.004;

    /// <summary>Decoupled weight decay.</summary>
    [Range(0, 10.0)]
    public double WeightDecay { get; init; }

    /// <summary>Share of the steps in which the learning rate rises.</summary>
    [Range(0, 1.0)]
    public double Warmup { get; init; } = 0.02;

    /// <summary>Share of the steps in which it falls.</summary>
    [Range(0, 1.0)]
    public double Decay { get; init; } = 0.5;

    /// <summary>What is left of it at the end, as a share.</summary>
    [Range(0, 1.0)]
    public double FinalRate { get; init; }

    /// <summary>A gradient with a larger norm is scaled down to it; 0 leaves all as they are.</summary>
    [Range(0, 1e9)]
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Steps between evaluations; 0 evaluates only before and after.</summary>
    [Range(0, 1_000_000)]
    public int EvaluateEvery { get; init; }

    /// <summary>
    /// A loss more than so many median absolute deviations above the median of the latest ones sends the stage back to its latest rewind
    /// point, past the batches since. 0 lets spikes be, as is right where losses jump by design.
    /// </summary>
    [Range(0, 1e9)]
    public double SpikeThreshold { get; init; }

    /// <summary>Steps between rewind points, each a checkpoint; only with a spike threshold.</summary>
    [Range(1, 1_000_000)]
    public int RewindEvery { get; init; } = 100;

    /// <summary>The section with the defaults that follow from the rest of the recipe; what was given explicitly is written over them afterwards.</summary>
    public virtual StageSection WithDerivedDefaults(Recipe recipe) => this;

    /// <summary>The section with its budget multiplied; at least one step stays.</summary>
    public virtual StageSection WithBudget(double factor) => this with { Steps = Math.Max(1, (int)Math.Round(Steps * factor)) };

    /// <summary>What in the section does not go with the rest of the recipe, as a sentence; null where all is well.</summary>
    public virtual string? Conflict(Recipe recipe) => null;

    /// <summary>How the optimizer updates weights.</summary>
    internal OptimizerOptions ToOptimizer() => new()
    {
        Muon = Muon,
        MatrixRate = MatrixRate,
        Momentum = Momentum,
        EmbeddingRate = EmbeddingRate,
        VectorRate = VectorRate,
        WeightDecay = WeightDecay,
    };

    /// <summary>The loop's options that these make.</summary>
    internal TrainerOptions ToOptions(double checkpointMinutes) => new()
    {
        Steps = Steps,
        Schedule = new Schedule(Warmup, Decay, FinalRate),
        MaxGradNorm = MaxGradNorm,
        EvaluateEvery = EvaluateEvery,
        SpikeThreshold = SpikeThreshold,
        RewindEvery = RewindEvery,
        CheckpointMinutes = checkpointMinutes,
    };
}
