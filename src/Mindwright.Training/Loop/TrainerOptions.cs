using Mindwright.Training.Optimization;

namespace Mindwright.Training.Loop;

/// <summary>The options of <see cref="Trainer"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>Steps of the stage.</summary>
    public required int Steps { get; init; }

    /// <summary>How the learning rate moves.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Gradients with a larger norm are scaled down to it; 0 leaves all as they are.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Steps between evaluations; 0 evaluates only at the start and at the end.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Wall-clock minutes between checkpoints.</summary>
    public double CheckpointMinutes { get; init; } = 5;

    /// <summary>Updates in a row that may be skipped for a gradient that is not finite, before the stage gives up.</summary>
    public int MaxSkipped { get; init; } = 10;

    /// <summary>
    /// A loss more than so many median absolute deviations above the median of the latest ones is a spike: the stage goes back to its latest
    /// rewind point and leaves out the batches since. 0 ignores spikes.
    /// </summary>
    public double SpikeThreshold { get; init; }

    /// <summary>Losses that the median is taken of.</summary>
    public int SpikeWindow { get; init; } = 64;

    /// <summary>Steps between rewind points, each a checkpoint; only with <see cref="SpikeThreshold"/>.</summary>
    public int RewindEvery { get; init; } = 100;
}
