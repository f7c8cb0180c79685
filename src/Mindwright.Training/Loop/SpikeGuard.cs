namespace Mindwright.Training.Loop;

/// <summary>
/// Tells a loss that has left its usual range: more than so many median absolute deviations above the median of the latest losses. Both
/// are medians, so that a few odd batches do not widen the range.
/// </summary>
/// <param name="threshold">How many deviations; 0 finds no spike.</param>
/// <param name="window">How many losses are remembered; fewer than half of that are no range yet.</param>
internal sealed class SpikeGuard(double threshold, int window)
{
    private readonly Queue<double> _losses = new();

    /// <summary>The latest losses, oldest first.</summary>
    public IReadOnlyList<double> Losses
    {
        get => [.. _losses];
        set
        {
            _losses.Clear();
            foreach (var loss in value)
                _losses.Enqueue(loss);
        }
    }

    /// <summary>Whether a loss is a spike; one that is not becomes part of the range. A loss that is not finite is none: its gradient is not finite either, and that update is skipped.</summary>
    public bool IsSpike(double loss)
    {
        if (threshold <= 0 || !double.IsFinite(loss))
            return false;
        if (_losses.Count >= (window + 1) / 2)
        {
            var median = Median([.. _losses]);
            if (loss > median + threshold * Median([.. _losses.Select(l => Math.Abs(l - median))]))
                return true;
        }
        _losses.Enqueue(loss);
        if (_losses.Count > window)
            _losses.Dequeue();
        return false;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
