using Mindwright.Planning.Scaling;
using Interval = Mindwright.Runs.Report.Interval;

namespace Mindwright.Workbench.Sweep;

/// <summary>What a sweep found.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Corpus">Where the text came from.</param>
/// <param name="Ladder">The models that the law was fitted to.</param>
/// <param name="Fit">The fit.</param>
/// <param name="Predicted">Loss that the law gave the larger model before it was trained, with the interval of the resampled fits.</param>
/// <param name="Target">The larger model, and what it reached.</param>
public sealed record SweepOutcome(
    string Run, string Corpus, IReadOnlyList<SweepResult> Ladder, LossFit Fit, Interval Predicted, SweepResult Target)
{
    /// <summary>How far the measured loss lies above the predicted one, as a share of it; negative where it lies below.</summary>
    public double Miss => Target.Loss.Estimate / Predicted.Estimate - 1;

    /// <summary>The larger model's compute over that of the ladder's dearest.</summary>
    public double TimesCompute => Target.Point.Flops / Ladder.Max(r => r.Point.Flops);

    /// <summary>Wall time of all models.</summary>
    public double Seconds => Ladder.Sum(r => r.Seconds) + Target.Seconds;
}
