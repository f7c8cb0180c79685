namespace Mindwright.Planning;

/// <summary>How much computing a training run is, and how long it takes.</summary>
public static class TrainingCompute
{
    /// <summary>Hours of a year.</summary>
    public const double HoursPerYear = 8760;

    /// <summary>6ND FLOP: 2 a parameter and token forward, 4 backward (Kaplan et al. 2020, section 2.1).</summary>
    /// <param name="parameters">Parameters that a token passes through.</param>
    /// <param name="tokens">Training tokens.</param>
    public static double Flops(double parameters, double tokens) =>
        6 * Require.Positive(parameters, nameof(parameters)) * Require.Positive(tokens, nameof(tokens));

    /// <summary>
    /// FLOP a token of the attention scores and sums, forward and backward: 12·layers·heads·head_dim·sequence (Chowdhery et al. 2022,
    /// PaLM, appendix B). The mask is not credited, as the field counts it.
    /// </summary>
    public static double AttentionFlopsPerToken(int layers, int heads, int headDimension, int sequence) =>
        12.0 * Require.InRange(layers, 1, 100_000, nameof(layers)) * Require.InRange(heads, 1, 1_000_000, nameof(heads))
        * Require.InRange(headDimension, 1, 1_000_000, nameof(headDimension))
        * Require.InRange(sequence, 1, int.MaxValue, nameof(sequence));

    /// <summary>Accelerator-hours for <paramref name="flops"/> at a share of the peak (model FLOPs utilization).</summary>
    public static double AcceleratorHours(double flops, double peakFlops, double utilization) =>
        Require.Positive(flops, nameof(flops))
        / (Require.Positive(peakFlops, nameof(peakFlops)) * Require.Share(utilization, nameof(utilization))) / 3600;

    /// <summary>kWh: accelerator-hours × watts × PUE / 1000 (Patterson et al. 2021, equation 1).</summary>
    public static double KilowattHours(double acceleratorHours, double watts, double pue) =>
        Require.NotNegative(acceleratorHours, nameof(acceleratorHours)) * Require.Positive(watts, nameof(watts))
        * Require.Pue(pue) / 1000;

    /// <summary>Tonnes of CO₂ equivalent for energy at a carbon intensity in g/kWh.</summary>
    public static double TonnesCo2(double kilowattHours, double gramsPerKilowattHour) =>
        Require.NotNegative(kilowattHours, nameof(kilowattHours))
        * Require.NotNegative(gramsPerKilowattHour, nameof(gramsPerKilowattHour)) / 1e6;
}
