using static Mindwright.Planning.Tests.Scaling.PublishedLawsTests;

namespace Mindwright.Planning.Tests;

public sealed class ClusterPlanTests
{
    private static readonly HardwareTable Hardware = new();

    [Fact]
    public void A_hundred_thousand_H100_draw_140_to_150_MW()
    {
        // SemiAnalysis 2024: 700 W + 575 W of server an accelerator, about 10 % for the rest, 150 MW in all; more than $4 billion of servers.
        var plan = ClusterPlan.Create(new() { Hardware = Hardware.Find("h100"), Accelerators = 100_000 });
        Assert.Equal(70e6, plan["accelerator_power"]);
        Assert.Equal(127.5e6, plan["server_power"]);
        Assert.InRange(plan["it_power"], 140e6, 150e6);
        Assert.InRange(plan["facility_power"], 140e6, 150e6);
        Assert.Equal(4e9, plan["capital"]);
        Assert.InRange(plan["cost_per_accelerator_hour"], 1.5, 3); // about what an hour is rented for
    }

    // Capital recovery factors from any table of engineering economics.
    [Theory]
    [InlineData(0.10, 4, 0.31547)]
    [InlineData(0.10, 20, 0.11746)]
    [InlineData(0.05, 10, 0.12950)]
    [InlineData(0, 5, 0.2)]
    [InlineData(1e-13, 5, 0.2)]
    public void The_capital_recovery_factor_is_as_tabulated(double rate, double years, double factor) =>
        Assert.Equal(factor, Capital.RecoveryFactor(rate, years), 5e-6);

    [Fact]
    public void Yearly_payments_pay_the_loan_back()
    {
        var debt = 1.0;
        for (var year = 0; year < 7; year++)
            debt = debt * 1.08 - Capital.RecoveryFactor(0.08, 7);
        Assert.Equal(0, debt, 1e-12);
    }

    [Fact]
    public void A_run_takes_its_FLOPs_over_the_clusters_speed()
    {
        // Llama 3 405B: 3.8e25 FLOPs on 16,384 H100 at 400 TFLOP/s each, 67 days by that arithmetic.
        var plan = ClusterPlan.Create(new()
        {
            Hardware = Hardware.Find("h100"),
            Accelerators = 16_384,
            RunFlops = 3.8e25,
            Utilization = 400 / 989.4
        });
        AssertWithin(0.001, 3.8e25 / (16_384 * 400e12) / 86400, plan["run_days"]);
        AssertWithin(1e-9, plan["run_accelerator_hours"] * plan["cost_per_accelerator_hour"], plan["run_cost"]);
    }

    [Fact]
    public void Each_step_of_the_stair_brings_more_then_the_same_for_less()
    {
        var steps = StairStep.Steps(2e25, 60e6, 4);
        Assert.Equal(5, steps.Count);
        Assert.Equal(60e6, steps[0].Cost);
        for (var i = 1; i < steps.Count; i++)
        {
            Assert.True(steps[i].EffectiveFlops > steps[i].Flops && steps[i].Flops > steps[i - 1].Flops);
            Assert.True(steps[i].Cost > steps[i - 1].Cost, "the frontier gets dearer");
            Assert.True(steps[i].FirstCapabilityCost < steps[i - 1].FirstCapabilityCost, "what was there gets cheaper");
            AssertWithin(1e-9, steps[i - 1].Cost / Math.Pow(3 / 0.7, 2), steps[i].LastCapabilityCost);
        }
        Assert.All(StairStep.Steps(1e25, 1, 3, computeGrowth: 1, hardwareGrowth: 1, algorithmGrowth: 1), s => Assert.Equal(1, s.Cost));
        Assert.StartsWith("algorithmGrowth: ", Assert.Throws<ArgumentException>(() => StairStep.Steps(1e25, 1, 3,
            algorithmGrowth: 0.5)).Message);
    }

    [Fact]
    public void What_the_table_lacks_is_said_or_asked_for()
    {
        Assert.Contains("--purchase-price", ClusterPlan.Create(new() { Hardware = Hardware.Find("b200"), Accelerators = 8 }).ToText());
        Fails("hardware: ", new() { Hardware = Hardware.Find("tpu-v5e"), Accelerators = 8 });
        Fails("pue: ", new() { Hardware = Hardware.Find("h100"), Accelerators = 8, Pue = double.NaN });
        Fails("accelerators: ", new() { Hardware = Hardware.Find("h100"), Accelerators = -8 });
        Fails("generations: ", new() { Hardware = Hardware.Find("h100"), Accelerators = 8, Generations = 2 });
        Fails("occupancy: ", new() { Hardware = Hardware.Find("h100"), Accelerators = 8, Occupancy = 0 });

        static void Fails(string argument, ClusterRequest request) =>
            Assert.StartsWith(argument, Assert.Throws<ArgumentException>(() => ClusterPlan.Create(request)).Message);
    }
}
