using CsCheck;
using static Mindwright.Planning.Tests.Scaling.PublishedLawsTests;

namespace Mindwright.Planning.Tests;

public sealed class ServePlanTests
{
    private static readonly HardwareTable Hardware = new();

    [Fact]
    public void A_step_is_the_slower_of_reading_and_computing()
    {
        // Llama-3-8B in bf16 on one H100, batch 1, 2,048 tokens: 16.06 GB of weights and 268 MB of cache at 3.35 TB/s.
        var plan = ServePlan.Create(new() { Model = ModelShape.Find("llama-3-8b"), Hardware = Hardware.Find("h100") });
        AssertWithin(1e-9, (2 * 8030261248.0 + 2048 * 131072.0) / 3.35e12, plan["memory_time"]);
        AssertWithin(1e-9, 2 * 8030261248.0 / (989.4e12 * 0.5), plan["compute_time"]);
        Assert.Equal(plan["memory_time"], plan["step_time"]);
        AssertWithin(1e-9, 2.0 / 3600 / plan["tokens_per_second"] * 1e6, plan["price_per_million_tokens"]);
    }

    [Fact]
    public void At_the_ridge_reading_takes_as_long_as_computing() =>
        (from n in Gen.Double[1e8, 1e12]
         from kv in Gen.Double[0, 1e5]
         from context in Gen.Double[1, 1e5]
         from bandwidth in Gen.Double[1e11, 1e13]
         from flops in Gen.Double[1e13, 1e16]
         select (new Roofline(2 * n, n, kv, bandwidth, flops), context)).Sample(t =>
        {
            var (roofline, context) = t;
            var ridge = roofline.RidgeBatch(context);
            if (double.IsFinite(ridge))
                return Math.Abs(roofline.MemorySeconds(ridge, context) / roofline.ComputeSeconds(ridge) - 1) < 1e-6;
            return roofline.MemorySeconds(1e12, context) > roofline.ComputeSeconds(1e12);
        });

    [Fact]
    public void Without_a_cache_the_ridge_is_the_machine_balance()
    {
        // W·F/(2N·bw): for bf16, W = 2N, the FLOPs a byte of the machine.
        var roofline = new Roofline(14e9, 7e9, 0, 3.35e12, 989.4e12);
        AssertWithin(1e-12, 989.4 / 3.35, roofline.RidgeBatch(4096));
    }

    [Fact]
    public void Quantizing_to_a_quarter_makes_a_memory_bound_token_four_times_cheaper()
    {
        var request = new ServeRequest { Parameters = 7e9, Hardware = Hardware.Find("h100") };
        var full = ServePlan.Create(request)["price_per_million_tokens"];
        AssertWithin(1e-9, full / 4, ServePlan.Create(request with { Precision = "int4" })["price_per_million_tokens"]);
    }

    [Fact]
    public void Larger_batches_never_make_a_token_dearer()
    {
        var table = ServePlan.Create(new()
        {
            Model = ModelShape.Find("llama-3-8b"),
            Hardware = Hardware.Find("h100"),
            Batch = 64
        }).Tables.Single(t => t.Name == "batches");
        var prices = table.Rows.Select(r => (double)r[4]).ToArray();
        Assert.True(prices.Length > 5 && prices.Zip(prices.Skip(1)).All(p => p.First >= p.Second * (1 - 1e-12)));
    }

    [Fact]
    public void Measured_speed_becomes_a_price_and_a_factor()
    {
        var plan = ServePlan.Measured(850, 0.34, 170);
        AssertWithin(1e-12, 0.34 / (850 * 3600) * 1e6, plan["price_per_million_tokens"]);
        Assert.Equal(5, plan["cheaper"], 1e-9);
        Assert.Null(ServePlan.Measured(850, 0.34).Find("cheaper"));
        foreach (var bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.StartsWith("measured: ", Assert.Throws<ArgumentException>(() => ServePlan.Measured(bad, 1)).Message);
            Assert.StartsWith("price: ", Assert.Throws<ArgumentException>(() => ServePlan.Measured(1, bad)).Message);
            Assert.StartsWith("baseline: ", Assert.Throws<ArgumentException>(() => ServePlan.Measured(1, 1, bad)).Message);
        }
    }

    [Fact]
    public void The_price_of_GPT_3s_quality_fell_a_thousandfold()
    {
        var row = PriceHistory.Create().Tables.Single().Rows[0];
        Assert.Equal(60.0, row[3]);
        Assert.Equal(0.06, row[6]);
        AssertWithin(1e-9, 1000, (double)row[7]);
        AssertWithin(1e-9, 10, (double)row[8]);
    }

    [Fact]
    public void Bad_requests_name_the_argument_and_what_would_do()
    {
        var h100 = Hardware.Find("h100");
        Fails("accelerators: 349.2 GB of weights do not fit 1 × h100 (80 GB); it takes at least 5", new()
        {
            Model = ModelShape.Find("gpt3"),
            Hardware = h100
        });
        Fails("batch: 10000 sequences of 2048 tokens do not fit", new()
        {
            Model = ModelShape.Find("llama-3-8b"),
            Hardware = h100,
            Batch = 10_000
        });
        Fails("params: give either", new() { Hardware = h100 });
        Fails("params: NaN", new() { Parameters = double.NaN, Hardware = h100 });
        Fails("active: ", new() { Parameters = 1e9, ActiveParameters = 2e9, Hardware = h100 });
        Fails("precision: 'bf8'", new() { Parameters = 1e9, Precision = "bf8", Hardware = h100 });
        Fails("utilization: ", new() { Parameters = 1e9, Utilization = 0, Hardware = h100 });
        Fails("price: ", new() { Parameters = 1e9, PricePerHour = -1, Hardware = h100 });
        Fails("context: ", new() { Parameters = 1e9, Context = 0, Hardware = h100 });

        static void Fails(string message, ServeRequest request) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => ServePlan.Create(request)).Message);
    }
}
