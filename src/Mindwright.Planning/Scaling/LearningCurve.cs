namespace Mindwright.Planning.Scaling;

/// <summary>What the beginning of a training curve says about its end.</summary>
public static class LearningCurve
{
    // Means over stretches of equal length on the logarithmic axis: single steps are noisy, and late ones must not outvote early ones.
    private const int Stretches = 16;

    /// <summary>A power law of the step through a part of a curve (Hestness et al. 2017): straight on two logarithmic axes.</summary>
    /// <param name="losses">The loss of each step, from the first on; what is not finite is left out.</param>
    /// <param name="from">First step that counts, from 1: after the warm-up.</param>
    /// <param name="to">Last step that counts.</param>
    /// <returns>Null where the part is too short or too flat for a line with an interval.</returns>
    public static PowerLaw? Fit(IReadOnlyList<double> losses, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(losses);
        Require.InRange(from, 1, int.MaxValue, nameof(from));
        to = Math.Min(to, losses.Count);
        var points = Enumerable.Range(from, Math.Max(0, to - from + 1))
            .Where(step => losses[step - 1] > 0 && double.IsFinite(losses[step - 1]))
            .GroupBy(step => (int)(Stretches * Math.Log((double)step / from) / Math.Log((double)(to + 1) / from)))
            .Select(stretch => (Math.Exp(stretch.Average(step => Math.Log(step))), stretch.Average(step => losses[step - 1])))
            .ToArray();
        return points.Length < 5 ? null : PowerLaw.Fit(points);
    }
}
