namespace Mindwright.Planning;

/// <summary>
/// Decoding as two resources: every step reads the weights once and each sequence's cache, and multiplies 2N FLOP a sequence
/// (Pope et al. 2022, Efficiently Scaling Transformer Inference; Williams et al. 2009).
/// </summary>
/// <param name="WeightBytes">W, bytes of weights.</param>
/// <param name="ActiveParameters">N, parameters that a token passes through.</param>
/// <param name="KvBytesPerToken">kv, bytes of cache a token.</param>
/// <param name="Bandwidth">Bytes a second.</param>
/// <param name="Flops">Usable FLOP/s: peak × utilization.</param>
public sealed record Roofline(double WeightBytes, double ActiveParameters, double KvBytesPerToken, double Bandwidth, double Flops)
{
    /// <summary>Seconds that a step spends reading: (W + B·ctx·kv)/bandwidth.</summary>
    public double MemorySeconds(double batch, double context) => (WeightBytes + batch * context * KvBytesPerToken) / Bandwidth;

    /// <summary>Seconds that a step spends computing: 2NB/FLOPs.</summary>
    public double ComputeSeconds(double batch) => 2 * ActiveParameters * batch / Flops;

    /// <summary>Seconds of a step: the slower of the two.</summary>
    public double StepSeconds(double batch, double context) => Math.Max(MemorySeconds(batch, context), ComputeSeconds(batch));

    /// <summary>
    /// The batch at which both take the same time; <see cref="double.PositiveInfinity"/> where a sequence's cache takes longer to read than
    /// its token to compute: then every batch waits for memory.
    /// </summary>
    public double RidgeBatch(double context)
    {
        var gain = 2 * ActiveParameters / Flops - context * KvBytesPerToken / Bandwidth;
        return gain > 0 ? WeightBytes / Bandwidth / gain : double.PositiveInfinity;
    }

    /// <summary>The least seconds that any work takes: its operations at the peak, or its bytes at the bandwidth, whichever is longer.</summary>
    public static double LeastSeconds(double flops, double bytes, double peakFlops, double bandwidth) =>
        Math.Max(flops / Require.Positive(peakFlops, nameof(peakFlops)), bytes / Require.Positive(bandwidth, nameof(bandwidth)));

    /// <summary>Dollars for a million tokens at a speed and a rent.</summary>
    public static double PricePerMillion(double tokensPerSecond, double dollarsPerHour) =>
        Require.Positive(dollarsPerHour, nameof(dollarsPerHour)) / 3600 / Require.Positive(tokensPerSecond, nameof(tokensPerSecond)) * 1e6;
}
