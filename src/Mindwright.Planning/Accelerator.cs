namespace Mindwright.Planning;

/// <summary>One accelerator (or a whole CPU) as its maker describes it. Unknown values are null, and requested where they are
/// needed.</summary>
/// <param name="Name">The name by which commands call it.</param>
/// <param name="Description">Maker and model.</param>
/// <param name="PeakFlops">Dense peak in FLOP/s by precision: fp32, bf16, fp16, fp8, int8, fp4.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Bandwidth">Memory bandwidth, bytes a second.</param>
/// <param name="Watts">Power of the accelerator alone.</param>
/// <param name="ServerWatts">Power of its share of the server, itself included.</param>
/// <param name="PricePerHour">Rent in dollars an hour.</param>
/// <param name="PurchasePrice">Price in dollars with its share of the server.</param>
/// <param name="Source">Who says what it can do.</param>
/// <param name="PriceSource">Who says what it costs.</param>
public sealed record Accelerator(
    string Name, string Description, IReadOnlyDictionary<string, double> PeakFlops, double Memory, double Bandwidth,
    double? Watts, double? ServerWatts, double? PricePerHour, double? PurchasePrice, string Source, string PriceSource)
{
    /// <summary>Dense peak FLOP/s at a precision.</summary>
    /// <exception cref="ArgumentException">This accelerator lists none for it; the message names those it has.</exception>
    public double Peak(string precision) =>
        PeakFlops.TryGetValue(precision, out var peak)
            ? peak
            : throw Require.Error("precision",
                $"{Name} lists no peak for '{precision}'; it has {string.Join(", ", PeakFlops.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>Bytes a weight takes at a precision.</summary>
    /// <exception cref="ArgumentException">The precision is unknown.</exception>
    public static double BytesPerValue(string precision) => precision switch
    {
        "fp32" => 4,
        "bf16" or "fp16" => 2,
        "fp8" or "int8" => 1,
        "fp4" or "int4" => 0.5,
        _ => throw Require.Error("precision", $"'{precision}' is none of fp32, bf16, fp16, fp8, int8, fp4, int4"),
    };
}
