using Mindwright.Model;

namespace Mindwright.Training.Loop;

/// <summary>A flat gradient buffer in slices that a collective takes one by one: large enough to keep a network busy, small enough to overlap.</summary>
internal sealed class GradientBuckets
{
    /// <summary>Size of a bucket, as PyTorch's data parallelism has it (Li et al. 2020).</summary>
    internal const long DefaultBytes = 25 << 20;

    private readonly FlatParameters _weights;

    public GradientBuckets(FlatParameters weights, long bytes = DefaultBytes)
    {
        _weights = weights;
        var size = Math.Max(1, bytes / sizeof(float));
        Slices = [.. Enumerable.Range(0, (int)((weights.Count + size - 1) / size)).Select(i => (i * size, Math.Min(size, weights.Count - i * size)))];
    }

    /// <summary>Where each bucket lies in the buffer: together they cover it, without overlap.</summary>
    public IReadOnlyList<(long Offset, long Count)> Slices { get; }

    /// <summary>Adds up the gradients of all processes.</summary>
    public void Sum(ICollective collective)
    {
        if (collective.WorldSize == 1)
            return;
        foreach (var (offset, count) in Slices)
        {
            using var bucket = _weights.Gradients!.narrow(0, offset, count);
            collective.Sum(bucket);
        }
    }
}
