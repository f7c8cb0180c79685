using System.Text.Json;
using CsCheck;
using Mindwright.Planning.Scaling;
using static Mindwright.Planning.Tests.Scaling.PublishedLawsTests;

namespace Mindwright.Planning.Tests;

public sealed class TrainPlanTests
{
    private static readonly HardwareTable Hardware = new();

    // Brown et al. 2020, table D.1: parameters, PF-days and FLOPs at 300B tokens.
    [Theory]
    [InlineData("gpt3-125m", 2.60, 2.25e20)]
    [InlineData("gpt3-350m", 7.42, 6.41e20)]
    [InlineData("gpt3-760m", 15.8, 1.37e21)]
    [InlineData("gpt3-1.3b", 27.5, 2.38e21)]
    [InlineData("gpt3-2.7b", 55.2, 4.77e21)]
    [InlineData("gpt3-6.7b", 139, 1.20e22)]
    [InlineData("gpt3-13b", 268, 2.31e22)]
    [InlineData("gpt3", 3640, 3.14e23)]
    public void GPT_3_table_D1_within_half_a_percent(string model, double days, double flops)
    {
        var plan = TrainPlan.Create(new()
        {
            Model = ModelShape.Find(model),
            Tokens = 300e9,
            Hardware = Hardware.Find("v100"),
            Precision = "fp16"
        });
        AssertWithin(0.005, flops, plan["training_flops"]);
        AssertWithin(0.005, days, plan["petaflop_days"]);
        Assert.True(plan["training_flops_with_attention"] > plan["training_flops"]);
    }

    [Fact]
    public void GPT_3_took_15_days_1287_MWh_and_552_tonnes_as_Patterson_says()
    {
        // Patterson et al. 2021, table 4: 10,000 V100 at 24.6 TFLOP/s and 330 W, PUE 1.1, 0.429 t/MWh.
        var v100 = Hardware.Find("v100") with { Watts = 330, ServerWatts = null };
        var plan = TrainPlan.Create(new()
        {
            Model = ModelShape.Find("gpt3"),
            Tokens = 300e9,
            Hardware = v100,
            Precision = "fp16",
            Accelerators = 10_000,
            Utilization = 24.6 / 125,
            Pue = 1.1,
            GramsPerKilowattHour = 429,
        });
        AssertWithin(0.01, 14.8, plan["days"]);
        AssertWithin(0.01, 1.287e6, plan["energy"]);
        AssertWithin(0.01, 552, plan["co2"]);
    }

    [Fact]
    public void DeepSeek_V3_cost_5_576_million_dollars()
    {
        // DeepSeek-V3 technical report, table 1: 2,788K H800-hours at $2; 37B active parameters, 14.8T tokens.
        Assert.Equal(5.576e6, 2788e3 * Hardware.Find("h800").PricePerHour!.Value);
        var flops = TrainingCompute.Flops(37e9, 14.8e12);
        // Pre-training alone took 2,664K hours: that is the share of the bf16 peak that the plan must be told to return them.
        var mfu = flops / (2664e3 * 3600 * 989.4e12);
        Assert.InRange(mfu, 0.30, 0.40);
        var plan = TrainPlan.Create(new()
        {
            Model = ModelShape.Find("deepseek-v3"),
            Tokens = 14.8e12,
            Hardware = Hardware.Find("h800"),
            Accelerators = 2048,
            Utilization = mfu
        });
        AssertWithin(1e-9, 2664e3, plan["accelerator_hours"]);
        AssertWithin(1e-9, 5.328e6, plan["cost"]);
        Assert.InRange(plan["days"], 54, 55); // "less than two months" on 2,048
        Assert.Equal(3.2856e24, plan["training_flops"], 1e20);
        Assert.Equal(671e9, plan["parameters"]);
        Assert.Equal(37e9, plan["active_parameters"]);
    }

    [Fact]
    public void Llama_3_405B_took_3_8e25_FLOPs()
    {
        // Llama 3 herd of models, section 3.2: 405B parameters, 15.6T tokens, 3.8e25 FLOPs.
        AssertWithin(0.005, 3.8e25, TrainingCompute.Flops(405e9, 15.6e12));
    }

    [Fact]
    public void Size_tokens_and_budget_determine_each_other() =>
        (from n in Gen.Double[6, 12]
         from d in Gen.Double[8, 14]
         select (N: Math.Pow(10, n), D: Math.Pow(10, d))).Sample(t =>
        {
            var h100 = Hardware.Find("h100");
            var flops = 6 * t.N * t.D;
            foreach (var request in new TrainRequest[]
            {
                new() { Parameters = t.N, Tokens = t.D, Hardware = h100 }, new() { Parameters = t.N, BudgetFlops = flops, Hardware = h100 },
                new() { Tokens = t.D, BudgetFlops = flops, Hardware = h100 },
            })
            {
                var plan = TrainPlan.Create(request);
                AssertWithin(1e-9, t.N, plan["parameters"]);
                AssertWithin(1e-9, t.D, plan["tokens"]);
                AssertWithin(1e-9, flops, plan["training_flops"]);
                // The budget in dollars that this costs buys the same run.
                var money = TrainPlan.Create(request with
                {
                    Tokens = null,
                    Parameters = t.N,
                    BudgetFlops = null,
                    BudgetDollars = plan["cost"]
                });
                AssertWithin(1e-9, t.D, money["tokens"]);
            }
        }, iter: 50);

    [Fact]
    public void A_budget_alone_is_spent_at_the_optimum_of_the_law()
    {
        foreach (var law in PublishedLaws.All)
        {
            var plan = TrainPlan.Create(new() { BudgetFlops = 1e21, Law = law, Hardware = Hardware.Find("h100") });
            AssertWithin(1e-9, law.Optimal(1e21).Parameters, plan["parameters"]);
            AssertWithin(1e-9, 1e21, plan["training_flops"]);
        }
        var size = TrainPlan.Create(new() { Parameters = 7e9, Hardware = Hardware.Find("h100") });
        AssertWithin(1e-6, PublishedLaws.Epoch.OptimalFor(7e9).Tokens, size["tokens"]);
    }

    [Fact]
    public void A_split_budget_adds_up_and_costs_loss()
    {
        var plan = TrainPlan.Create(new() { BudgetFlops = 1e22, RlShare = 0.2, Hardware = Hardware.Find("h100") });
        AssertWithin(1e-9, 0.8e22, plan["training_flops"]);
        AssertWithin(1e-9, 0.2, plan["rl_accelerator_hours"] / plan["total_accelerator_hours"]);
        AssertWithin(1e-9, TrainingCompute.AcceleratorHours(1e22, 989.4e12, 0.4), plan["total_accelerator_hours"]);
        AssertWithin(1e-9, plan["total_accelerator_hours"] * 2, plan["cost"]);
        AssertWithin(1e-9, plan["rl_tokens"], plan["rl_prompts"] * 16 * 4000);
        // Machine time of the tokens: generate 2N at 10 %, reference 2N and training 6N at 40 %.
        var seconds = plan["rl_tokens"] * plan["parameters"] * (2 / 0.1 + 8 / 0.4) / 989.4e12;
        AssertWithin(1e-9, plan["rl_accelerator_hours"] * 3600, seconds);
        var split = plan.Tables.Single(t => t.Name == "split");
        var given = split.Rows.Select(r => (double)r[5]).ToArray();
        Assert.Equal(0, given[0]);
        Assert.True(given.Zip(given.Skip(1)).All(p => p.First < p.Second));
        Assert.Contains("rl_share", TrainPlan.Create(new()
        {
            Parameters = 1e9,
            Tokens = 2e10,
            RlShare = 0.05,
            Hardware = Hardware.Find("h100")
        }).ToJson());
    }

    [Fact]
    public void Impossible_combinations_name_the_argument()
    {
        var h100 = Hardware.Find("h100");
        Fails("budget", new() { Hardware = h100, Parameters = 1e9, Tokens = 1e9, BudgetFlops = 1e19 });
        Fails("budget", new() { Hardware = h100, BudgetDollars = 100, BudgetFlops = 1e19 });
        Fails("params", new() { Hardware = h100 });
        Fails("params", new() { Hardware = h100, Tokens = 1e9 });
        Fails("params", new() { Hardware = h100, Parameters = 1e9, Model = ModelShape.Find("gpt3"), Tokens = 1e9 });
        Fails("active", new() { Hardware = h100, Parameters = 1e9, ActiveParameters = 2e9, Tokens = 1e9 });
        Fails("rl-share", new() { Hardware = h100, BudgetFlops = 1e20, RlShare = 1 });
        Fails("mfu", new() { Hardware = h100, BudgetFlops = 1e20, Utilization = 1.2 });
        Fails("pue", new() { Hardware = h100, BudgetFlops = 1e20, Pue = 0.5 });
        Fails("price", new() { Hardware = Hardware.Find("h200"), BudgetDollars = 100 });
        Fails("precision", new() { Hardware = h100, BudgetFlops = 1e20, Precision = "fp4" });
        Fails("accelerators", new() { Hardware = h100, BudgetFlops = 1e20, Accelerators = 0 });
        Fails("params", new() { Hardware = h100, Parameters = double.NaN, Tokens = 1e9 });
        Fails("tokens", new() { Hardware = h100, Parameters = 1e9, Tokens = -1 });

        static void Fails(string argument, TrainRequest request) =>
            Assert.StartsWith(argument + ": ", Assert.Throws<ArgumentException>(() => TrainPlan.Create(request)).Message);
    }

    [Fact]
    public void Every_figure_has_a_formula_and_a_source_and_the_json_holds_them_all()
    {
        var plan = TrainPlan.Create(new()
        {
            Model = ModelShape.Find("llama-3-8b"),
            Tokens = 15e12,
            Hardware = Hardware.Find("h100"),
            RlShare = 0.1
        });
        Assert.All(plan.Figures, q => Assert.True(q.Formula.Length > 0 && q.Source.Length > 0, q.Name));
        Assert.Equal(plan.Figures.Count, plan.Figures.Select(q => q.Name).Distinct().Count());
        using var json = JsonDocument.Parse(plan.ToJson());
        foreach (var figure in plan.Figures)
            Assert.Equal(figure.Value, json.RootElement.GetProperty("figures").GetProperty(figure.Name).GetProperty("value").GetDouble());
        Assert.All(plan.Figures, q => Assert.Contains(q.Formula, plan.ToText()));
    }
}
