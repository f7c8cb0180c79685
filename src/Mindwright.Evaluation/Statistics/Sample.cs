namespace Mindwright.Evaluation.Statistics;

/// <summary>Moments of a sample.</summary>
internal static class Sample
{
    /// <summary>Arithmetic mean.</summary>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static double Mean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("The mean of an empty sample is undefined.", nameof(values));
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>Standard deviation with the divisor n − 1; 0 for a single value.</summary>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return values.Length == 1 ? 0 : Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>Standard error of the mean: the standard deviation over √n.</summary>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static double StandardError(ReadOnlySpan<double> values) => StandardDeviation(values) / Math.Sqrt(values.Length);
}
