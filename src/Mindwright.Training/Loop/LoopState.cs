using System.Text.Json;

namespace Mindwright.Training.Loop;

/// <summary>What the loop must remember beside weights and optimizers, to go on as if it had never stopped.</summary>
/// <remarks>No state of a random generator is among it: what a step draws follows from the seed and the number of its batch.</remarks>
internal sealed record LoopState
{
    /// <summary>Updates that the optimizers have made.</summary>
    public int Updates { get; init; }

    /// <summary>Updates that were skipped because a gradient was not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>Number of the next batch: the steps done, and the batches left out.</summary>
    public int Batch { get; init; }

    /// <summary>Batches that were left out after a loss spike.</summary>
    public IReadOnlyList<BatchRange> SkippedBatches { get; init; } = [];

    /// <summary>Where the stage stands in its data; see <see cref="IStage.Cursor"/>.</summary>
    public JsonElement? Cursor { get; init; }

    /// <summary>Hash of the first network's frozen parameters; null where there are no adapters over any.</summary>
    public string? Base { get; init; }

    /// <summary>Step of the latest rewind point; null where there is none.</summary>
    public int? RewindPoint { get; init; }

    /// <summary>How often the stage has gone back to it.</summary>
    public int Rewinds { get; init; }

    /// <summary>The latest losses, by which a spike is told.</summary>
    public IReadOnlyList<double> Losses { get; init; } = [];
}

/// <summary>Batches by number, both ends included.</summary>
internal sealed record BatchRange(int From, int To);
