using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Statistics;

/// <summary>Uncertainty of a proportion: so many successes in so many independent trials.</summary>
public static class Proportion
{
    /// <summary>The 97.5 % quantile of the normal distribution: intervals of 95 %.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>Binomial standard error √(p(1 − p)/n).</summary>
    /// <param name="p">The proportion, in [0, 1].</param>
    /// <param name="n">Number of trials, at least 1.</param>
    public static double StandardError(double p, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A proportion lies in [0, 1].");
        return Math.Sqrt(p * (1 - p) / n);
    }

    /// <summary>
    /// Wilson's score interval (Wilson 1927): accurate near 0 and 1 and for few trials, where ±1.96 standard errors is not.
    /// </summary>
    /// <param name="successes">Number of successes, in [0, <paramref name="n"/>].</param>
    /// <param name="n">Number of trials, at least 1.</param>
    /// <param name="z">Normal quantile of the confidence wanted; 95 % if not given.</param>
    public static Interval Wilson(int successes, int n, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, n);
        var p = (double)successes / n;
        var scale = 1 + z * z / n;
        var center = (p + z * z / (2 * n)) / scale;
        var half = z / scale * Math.Sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));

        // At 0 and n the bounds are exactly 0 and 1; rounding would put them a hair off.
        return new(p, successes == 0 ? 0 : center - half, successes == n ? 1 : center + half);
    }
}
