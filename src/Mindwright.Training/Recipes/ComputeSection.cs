using System.ComponentModel.DataAnnotations;

namespace Mindwright.Training.Recipes;

/// <summary>In which type matrices are multiplied.</summary>
public enum Precision
{
    /// <summary>bf16 where the processor or device multiplies it natively, else fp32.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16 products over fp32 master weights.</summary>
    Bf16,
}

/// <summary>Where and how numbers are computed.</summary>
public sealed record ComputeSection
{
    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>In which type matrices are multiplied.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Threads of the CPU's math; 0 takes one a core.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Whether to compute activations anew in the backward pass instead of keeping them.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Wall-clock minutes between checkpoints.</summary>
    [Range(0.01, 100_000)]
    public double CheckpointMinutes { get; init; } = 5;
}
