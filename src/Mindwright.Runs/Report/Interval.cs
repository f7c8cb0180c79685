namespace Mindwright.Runs.Report;

/// <summary>An estimate and the confidence interval around it.</summary>
/// <param name="Estimate">The point estimate.</param>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    /// <summary>Whether a value lies within the bounds, these included.</summary>
    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>The same interval on another scale, such as a fraction shown in percent or a score centered at chance.</summary>
    /// <param name="factor">What estimate and bounds are multiplied by; positive.</param>
    /// <param name="offset">What is added after that.</param>
    public Interval Scale(double factor, double offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return new(Estimate * factor + offset, Low * factor + offset, High * factor + offset);
    }
}
