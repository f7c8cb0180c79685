using Mindwright.Planning.Scaling;
using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>
/// The stair-step as a what-if: each generation first brings more capability for more money, then the same capability gets cheaper,
/// by better hardware and better algorithms, until the next.
/// </summary>
internal static class StairStep
{
    /// <summary>Growth a year of the compute of the largest runs.</summary>
    public const double ComputeGrowth = 4.6;

    /// <summary>FLOP a dollar, growth a year.</summary>
    public const double HardwareGrowth = 1 / 0.7;

    /// <summary>Compute that algorithms save for the same quality, factor a year.</summary>
    public const double AlgorithmGrowth = 3;

    /// <summary>Years between generations.</summary>
    public const double GenerationYears = 2;

    /// <summary>One step.</summary>
    /// <param name="Generation">0 for the first.</param>
    /// <param name="Years">Years after the first.</param>
    /// <param name="Flops">Compute of the generation's run.</param>
    /// <param name="Cost">Dollars of that run in its year.</param>
    /// <param name="EffectiveFlops">What the run would have taken with the first generation's algorithms.</param>
    /// <param name="FirstCapabilityCost">Dollars that the first generation's capability costs in that year.</param>
    /// <param name="LastCapabilityCost">Dollars that the generation before's capability costs in that year.</param>
    public readonly record struct Step(
        int Generation, double Years, double Flops, double Cost, double EffectiveFlops, double FirstCapabilityCost,
        double LastCapabilityCost);

    /// <summary>The steps from a first run of known compute and cost.</summary>
    /// <exception cref="ArgumentException">Compute or cost isn't positive, or a growth is below 1 where things would get
    /// dearer.</exception>
    public static IReadOnlyList<Step> Steps(
        double firstFlops, double firstCost, int generations, double years = GenerationYears, double computeGrowth = ComputeGrowth,
        double hardwareGrowth = HardwareGrowth, double algorithmGrowth = AlgorithmGrowth)
    {
        Require.Positive(firstFlops, nameof(firstFlops));
        Require.Positive(firstCost, nameof(firstCost));
        Require.InRange(generations, 1, 20, nameof(generations));
        Require.Positive(years, nameof(years));
        (double, string)[] growths =
            [(computeGrowth, nameof(computeGrowth)), (hardwareGrowth, nameof(hardwareGrowth)), (algorithmGrowth, nameof(algorithmGrowth))];
        foreach (var (growth, name) in growths)
            if (!(growth >= 1 && double.IsFinite(growth)))
                throw Require.Error(name, $"{Figure.Number(growth)} is below 1: a factor a year, from 1 up");
        var fall = hardwareGrowth * algorithmGrowth;
        return [.. Enumerable.Range(0, generations + 1).Select(g =>
        {
            var t = g * years;
            return new Step(g, t, firstFlops * Math.Pow(computeGrowth, t), firstCost * Math.Pow(computeGrowth / hardwareGrowth, t),
                firstFlops * Math.Pow(computeGrowth * algorithmGrowth, t), firstCost / Math.Pow(fall, t),
                g == 0 ? firstCost : firstCost * Math.Pow(computeGrowth / hardwareGrowth, t - years) / Math.Pow(fall, years));
        })];
    }

    internal static void AddTo(PlanBuilder plan, double flops, double cost, int generations)
    {
        plan.Table("stair_step",
            $"compute × {Figure.Number(ComputeGrowth)} a year (Epoch AI 2024), "
            + $"FLOP a dollar × {Figure.Number(HardwareGrowth)} (hardware costs fall 30 % a year: Stanford AI Index 2025), "
            + $"algorithms × {Figure.Number(AlgorithmGrowth)} (Gundlach et al. 2025); loss by {PublishedLaws.Epoch.Name} at the effective compute",
            [new("generation"), new("years"), new("flops", "FLOP"), new("cost", "$"), new("effective_flops", "FLOP"), new("predicted_loss"),
             new("first_capability_cost", "$"), new("last_capability_cost", "$")],
            Steps(flops, cost, generations).Select(s => (object[])[(double)s.Generation, s.Years, s.Flops, s.Cost, s.EffectiveFlops,
                PublishedLaws.Epoch.Optimal(s.EffectiveFlops).Loss!.Value, s.FirstCapabilityCost, s.LastCapabilityCost]));
        plan.Note("the stair-step extends past rates as if they held; it is a what-if, not a forecast");
    }
}
