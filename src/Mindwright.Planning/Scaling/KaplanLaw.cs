namespace Mindwright.Planning.Scaling;

/// <summary>
/// Kaplan et al. 2020, Scaling Laws for Neural Language Models. N counts parameters without embeddings; the budget is C_min,
/// compute at a batch far below the critical one; losses are nats a token on WebText2 (vocabulary 50,257, context 1,024).
/// Hoffmann et al. found its allocation too small in tokens: it is here for comparison.
/// </summary>
public sealed class KaplanLaw : ScalingLaw
{
    internal KaplanLaw()
        : base("kaplan", "L = ((Nc/N)^(αN/αD) + Dc/D)^αD; N* = 1.3e9·C^0.73, D* = 2e10·C^0.27 with C in PF-days",
            "Kaplan et al. 2020, equations 1.3 and 1.5, tables 2 and 6",
            [new("alpha_N", 0.076), new("alpha_D", 0.103), new("N_c", 6.4e13), new("D_c", 1.8e13)])
    {
    }

    /// <inheritdoc/>
    public override Allocation Optimal(double flops)
    {
        var days = Require.Positive(flops, nameof(flops)) / PetaflopDay;
        // Table 6 gives the loss at the optimum too, but from the separate fit 1.3: (3.1e8 / C_min)^0.050.
        return new Allocation(flops, 1.3e9 * Math.Pow(days, 0.73), 2e10 * Math.Pow(days, 0.27), LossOfCompute(flops));
    }

    /// <inheritdoc/>
    public override double? Loss(double parameters, double tokens) =>
        Math.Pow(
            Math.Pow(6.4e13 / Require.Positive(parameters, nameof(parameters)), 0.076 / 0.103)
            + 1.8e13 / Require.Positive(tokens, nameof(tokens)),
            0.103);

    /// <summary>L(C_min) = (3.1e8 PF-days/C_min)^0.050 (equation 1.3); the argument in FLOP.</summary>
    public static double LossOfCompute(double flops) => Math.Pow(3.1e8 * PetaflopDay / Require.Positive(flops, nameof(flops)), 0.050);
}
