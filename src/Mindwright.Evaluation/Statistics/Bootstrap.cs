using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Statistics;

/// <summary>Percentile bootstrap intervals (Efron 1979): resample the items, see how far the mean moves.</summary>
public static class Bootstrap
{
    /// <summary>Interval of the mean.</summary>
    /// <param name="values">One value an item.</param>
    /// <param name="seed">Seed of the resampling; the same seed gives the same interval.</param>
    /// <param name="resamples">How many times the sample is redrawn.</param>
    /// <param name="confidence">Confidence level, in (0, 1).</param>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static Interval Mean(ReadOnlySpan<double> values, int seed, int resamples = 2000, double confidence = 0.95)
    {
        var random = new Random(seed);
        var mean = Sample.Mean(values);
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
                sum += values[random.Next(values.Length)];
            means[r] = sum / values.Length;
        }
        return Percentile(mean, means, confidence);
    }

    /// <summary>
    /// Interval of mean(<paramref name="after"/>) − mean(<paramref name="before"/>) where both were measured on the same
    /// items: items are drawn in pairs, so that what makes an item hard for both cancels out.
    /// </summary>
    /// <param name="before">One value an item.</param>
    /// <param name="after">One value an item, in the same order.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="resamples">How many times the sample is redrawn.</param>
    /// <param name="confidence">Confidence level, in (0, 1).</param>
    /// <exception cref="ArgumentException">The samples are empty or differ in length.</exception>
    public static Interval PairedDifference(
        ReadOnlySpan<double> before, ReadOnlySpan<double> after, int seed, int resamples = 2000, double confidence = 0.95)
    {
        if (before.Length != after.Length)
            throw new ArgumentException($"Paired samples have the same length; these have {before.Length} and {after.Length}.", nameof(after));
        var differences = new double[before.Length];
        for (var i = 0; i < differences.Length; i++)
            differences[i] = after[i] - before[i];
        return Mean(differences, seed, resamples, confidence);
    }

    private static Interval Percentile(double estimate, double[] resampled, double confidence)
    {
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence level lies strictly between 0 and 1.");
        Array.Sort(resampled);
        return new(estimate, Quantile((1 - confidence) / 2), Quantile((1 + confidence) / 2));

        // Linear between order statistics.
        double Quantile(double q)
        {
            var at = q * (resampled.Length - 1);
            var low = (int)at;
            var high = Math.Min(low + 1, resampled.Length - 1);
            return resampled[low] + (at - low) * (resampled[high] - resampled[low]);
        }
    }
}
