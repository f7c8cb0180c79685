using System.ComponentModel.DataAnnotations;

namespace Mindwright.Training.Recipes;

/// <summary>Low-rank adapters over a frozen model (Hu et al. 2021), in the stages after pre-training.</summary>
public sealed record LoraSection
{
    /// <summary>Rank of the adapters; 0 trains the model itself.</summary>
    [Range(0, 65536)]
    public int Rank { get; init; }

    /// <summary>An adapter's output is multiplied by alpha / rank.</summary>
    [Range(0.001, 1e6)]
    public double Alpha { get; init; } = 16;

    /// <summary>Names of the adapted layers, such as q_proj; empty adapts every matrix of the blocks.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}
