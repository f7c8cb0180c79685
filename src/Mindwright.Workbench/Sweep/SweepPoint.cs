using Mindwright.Planning.Scaling;
using Interval = Mindwright.Runs.Report.Interval;

namespace Mindwright.Workbench.Sweep;

/// <summary>One model of a ladder: how large it is, and how long it is trained.</summary>
/// <param name="Depth">Blocks.</param>
/// <param name="Parameters">N: all parameters. The embedding is tied and counts once: as the output layer it multiplies every token.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Tokens">D: tokens that it is trained on, each for the first time.</param>
public sealed record SweepPoint(int Depth, long Parameters, int Steps, long Tokens)
{
    /// <summary>6ND, in FLOP.</summary>
    public double Flops => 6.0 * Parameters * Tokens;

    /// <summary>Names its curve, its checkpoints and its result.</summary>
    public string Name => FormattableString.Invariant($"depth-{Depth}-tokens-{Tokens}");
}

/// <summary>What a model of the ladder reached.</summary>
/// <param name="Point">The model.</param>
/// <param name="Loss">Loss on text that no model sees, in nats a token, with a bootstrap interval over pieces of that text.</param>
/// <param name="Seconds">Wall time, measuring included.</param>
public sealed record SweepResult(SweepPoint Point, Interval Loss, double Seconds)
{
    /// <summary>The row that a law is fitted to.</summary>
    public LossRow Row => new(Point.Parameters, Point.Tokens, Loss.Estimate);
}
