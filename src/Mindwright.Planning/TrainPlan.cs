using Mindwright.Planning.Scaling;
using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>
/// A training run to be planned. Give two of size, tokens and budget (FLOP or dollars); or one of them, and the law chooses the rest.
/// </summary>
public sealed record TrainRequest
{
    /// <summary>The model's shape, where it is known; it brings its parameters and makes attention countable.</summary>
    public ModelShape? Model { get; init; }

    /// <summary>Parameters, where <see cref="Model"/> doesn't say.</summary>
    public double? Parameters { get; init; }

    /// <summary>Parameters a token passes through, where they are fewer.</summary>
    public double? ActiveParameters { get; init; }

    /// <summary>Training tokens.</summary>
    public double? Tokens { get; init; }

    /// <summary>The whole budget in FLOP.</summary>
    public double? BudgetFlops { get; init; }

    /// <summary>The whole budget in dollars, turned into FLOP by price, peak and utilization.</summary>
    public double? BudgetDollars { get; init; }

    /// <summary>The law that chooses what isn't given and predicts the loss.</summary>
    public ScalingLaw Law { get; init; } = PublishedLaws.Epoch;

    /// <summary>What it runs on.</summary>
    public required Accelerator Hardware { get; init; }

    /// <summary>How many of them.</summary>
    public int Accelerators { get; init; } = 1;

    /// <summary>Precision of the products.</summary>
    public string Precision { get; init; } = "bf16";

    /// <summary>Model FLOPs utilization.</summary>
    public double Utilization { get; init; } = Defaults.TrainingUtilization;

    /// <summary>Dollars an accelerator-hour; null takes the hardware table's.</summary>
    public double? PricePerHour { get; init; }

    /// <summary>Facility power over machine power.</summary>
    public double Pue { get; init; } = Defaults.Pue;

    /// <summary>Carbon intensity, g/kWh.</summary>
    public double GramsPerKilowattHour { get; init; } = Defaults.GramsPerKilowattHour;

    /// <summary>Training sequence in tokens; null takes the model's context.</summary>
    public int? Sequence { get; init; }

    /// <summary>Share of the machine time that goes to reinforcement learning; null for none.</summary>
    public double? RlShare { get; init; }

    /// <summary>Tokens of a rollout.</summary>
    public double RolloutTokens { get; init; } = Defaults.RolloutTokens;
}

/// <summary>FLOP, hours, money, energy and CO₂ of a training run, and how a budget splits between pre-training and reinforcement
/// learning.</summary>
public static class TrainPlan
{
    private const string Chinchilla = "Hoffmann et al. 2022, section 3.3";

    /// <summary>Makes the plan.</summary>
    /// <exception cref="ArgumentException">Too little or too much is given, or a value is out of range; the message names the
    /// argument.</exception>
    public static Plan Create(TrainRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plan = new PlanBuilder("train");
        var hardware = request.Hardware;
        var peak = hardware.Peak(request.Precision);
        var utilization = Require.Share(request.Utilization, "mfu");
        var price = request.PricePerHour ?? hardware.PricePerHour;
        var rlShare = request.RlShare ?? 0;
        if (rlShare is not (>= 0 and < 1))
            throw Require.Error("rl-share",
                $"{Figure.Number(rlShare)} is not a share from 0 to below 1: something must be left for pre-training");
        Require.InRange(request.Accelerators, 1, 10_000_000, "accelerators");

        var budget = Budget(request, plan, peak * utilization, price);
        var (parameters, tokens) = Size(request, budget * (1 - rlShare));
        var whole = request.Model?.Parameters ?? request.Parameters ?? parameters;
        var isBudgetForSize = budget is not null && (request.Model is not null || request.Parameters is not null);
        var chosen = $"compute-optimal by {request.Law.Name}";
        var lawSource = $"{request.Law.Source}: {request.Law.Formula}";
        plan.Add("parameters", whole, "parameters",
            request.Model is not null || request.Parameters is not null ? "given"
                : request.Tokens is not null ? "budget / (6 × tokens)" : chosen,
            request.Model?.Source ?? (request.Parameters is not null ? "you" : request.Tokens is not null ? "arithmetic" : lawSource));
        if (parameters != whole)
            plan.Add("active_parameters", parameters, "parameters", "parameters a token passes through",
                request.ActiveParameters is not null ? "you" : request.Model!.Source);
        plan.Add("tokens", tokens, "tokens",
            request.Tokens is not null ? "given" : isBudgetForSize ? "budget / (6 × parameters)" : chosen,
            request.Tokens is not null ? "you" : isBudgetForSize ? "arithmetic" : lawSource);
        plan.Add("tokens_per_parameter", tokens / parameters, "", "tokens / parameters; about 20 is compute-optimal", Chinchilla);

        var flops = plan.Add("training_flops", TrainingCompute.Flops(parameters, tokens), "FLOP", "6 × active parameters × tokens",
            "Kaplan et al. 2020, section 2.1");
        plan.Add("petaflop_days", flops / ScalingLaw.PetaflopDay, "PF-days", "FLOP / 8.64e19", "Brown et al. 2020, table D.1");
        if (request.Model is { } model)
        {
            var sequence = request.Sequence ?? model.Context;
            var attention = TrainingCompute.AttentionFlopsPerToken(model.Layers, model.Heads, model.HeadDimension, sequence) * tokens;
            plan.Add("training_flops_with_attention", flops + attention, "FLOP",
                $"(6 × parameters + 12 × {model.Layers} layers × {model.Heads} heads × {model.HeadDimension} × {sequence} tokens) × tokens",
                "Chowdhery et al. 2022 (PaLM), appendix B");
        }
        if (request.Law.Loss(parameters, tokens) is { } loss && parameters == whole)
            plan.Add("predicted_loss", loss, "nats/token", $"L(N, D) of {request.Law.Name}, on its own corpus and tokenizer", lawSource);

        plan.Add("peak", peak, "FLOP/s", $"{hardware.Description}, {request.Precision}, dense", hardware.Source);
        plan.Add("mfu", utilization, "%", "model FLOPs utilization",
            Defaults.SourceOf(utilization, Defaults.TrainingUtilization, Defaults.TrainingUtilizationSource));
        var hours = plan.Add("accelerator_hours", TrainingCompute.AcceleratorHours(flops, peak, utilization), "h",
            "FLOP / (peak × mfu) / 3600", "arithmetic");
        var totalHours = hours;
        if (request.RlShare is not null)
            totalHours = AddReinforcement(plan, request, hours, rlShare, parameters, peak);
        plan.Add("days", totalHours / request.Accelerators / 24, "days", $"accelerator-hours / {request.Accelerators} accelerators / 24",
            "arithmetic");
        AddMoneyAndEnergy(plan, request, totalHours, price);
        if (request.RlShare is not null)
            AddSplitTable(plan, request, flops / (1 - rlShare), peak);
        if (price is null)
            plan.Note($"the hardware table has no rent for {hardware.Name}: give --price to see money");
        return plan.Build();
    }

    /// <summary>
    /// Tokens that reinforcement learning on sampled answers gets out of machine time: a token is generated (2N, at the low utilization of
    /// decoding), scored under the reference (2N) and trained on (6N).
    /// </summary>
    public static double RlTokens(double acceleratorHours, double parameters, double peak, double trainingUtilization,
        double rolloutUtilization) =>
        Require.NotNegative(acceleratorHours, nameof(acceleratorHours)) * 3600 * Require.Positive(peak, nameof(peak))
        / (Require.Positive(parameters, nameof(parameters))
           * (2 / Require.Share(rolloutUtilization, nameof(rolloutUtilization))
              + 8 / Require.Share(trainingUtilization, nameof(trainingUtilization))));

    private static double? Budget(TrainRequest request, PlanBuilder plan, double usableFlops, double? price)
    {
        if (request.BudgetFlops is not null && request.BudgetDollars is not null)
            throw Require.Error("budget", "give it in FLOP or in dollars, not both");
        if (request.BudgetFlops is { } flops)
            return plan.Given("budget_flops", Require.Positive(flops, "budget"), "FLOP");
        if (request.BudgetDollars is not { } dollars)
            return null;
        plan.Given("budget", Require.Positive(dollars, "budget"), "$");
        if (price is null)
            throw Require.Error("price",
                $"a budget in dollars needs the rent of {request.Hardware.Name}, which the hardware table doesn't have: give --price");
        return plan.Add("budget_flops", dollars / price.Value * 3600 * usableFlops, "FLOP", "dollars / price × 3600 × peak × mfu",
            "arithmetic");
    }

    private static (double Parameters, double Tokens) Size(TrainRequest request, double? flops)
    {
        if (request.Model is not null && request.Parameters is not null)
            throw Require.Error("params", "--model already says how many there are; give one of the two");
        var all = request.Model?.Parameters ?? request.Parameters;
        var active = request.ActiveParameters ?? request.Model?.ActiveParameters ?? all;
        if (request.ActiveParameters is { } stated && (all is null || stated > all))
            throw Require.Error("active", all is null ? "needs --params too"
                : $"{Figure.Number(stated)} active parameters are more than all {Figure.Number(all.Value)}");
        switch (active, request.Tokens, flops)
        {
            case ({ }, { }, { }):
                throw Require.Error("budget", "params and tokens already determine the compute (6ND); leave one of the three out");
            case ({ } n, { } d, null):
                return (Require.Positive(n, "params"), Require.Positive(d, "tokens"));
            case ({ } n, null, { } c):
                return (Require.Positive(n, "params"), c / (6 * n));
            case (null, { } d, { } c):
                return (c / (6 * Require.Positive(d, "tokens")), d);
            case (null, null, { } c):
                var best = request.Law.Optimal(c);
                // Laws that count C otherwise than 6ND still have to spend this budget.
                return (best.Parameters, c / (6 * best.Parameters));
            case ({ } n, null, null):
                return (n, request.Law.OptimalFor(Require.Positive(n, "params")).Tokens);
            default:
                throw Require.Error("params", "give at least --params (or --model) or --budget: nothing says how large the run is");
        }
    }

    private static double AddReinforcement(PlanBuilder plan, TrainRequest request, double hours, double share, double parameters,
        double peak)
    {
        plan.Add("rl_share", share, "%", "share of the machine time for reinforcement learning",
            "you; for comparison DeepSeek-R1 took 147K H800-hours over V3's 2,788K: 5 %");
        var rlHours = plan.Add("rl_accelerator_hours", hours * share / (1 - share), "h", "pre-training hours × share / (1 − share)",
            "arithmetic");
        plan.Add("rl_rollout_utilization", Defaults.RolloutUtilization, "%", "share of the peak while generating",
            Defaults.RolloutUtilizationSource);
        var rlTokens = plan.Add("rl_tokens", RlTokens(rlHours, parameters, peak, request.Utilization, Defaults.RolloutUtilization),
            "tokens", "hours × 3600 × peak / (N × (2/rollout utilization + (2 + 6)/mfu))",
            "generate 2N, score under the reference 2N, train 6N (arithmetic)");
        plan.Add("rl_rollout_tokens", Require.Positive(request.RolloutTokens, "rollout-tokens"), "tokens", "mean length of an answer",
            Defaults.SourceOf(request.RolloutTokens, Defaults.RolloutTokens, Defaults.Assumption));
        var rollouts = plan.Add("rl_rollouts", rlTokens / request.RolloutTokens, "", "tokens / length of a rollout", "arithmetic");
        plan.Add("rl_prompts", rollouts / Defaults.GroupSize, "", $"rollouts / {Defaults.GroupSize} a prompt", Defaults.GroupSizeSource);
        return plan.Add("total_accelerator_hours", hours + rlHours, "h", "pre-training + reinforcement learning", "arithmetic");
    }

    private static void AddMoneyAndEnergy(PlanBuilder plan, TrainRequest request, double hours, double? price)
    {
        if (price is { } rent)
        {
            plan.Add("price_per_hour", rent, "$/h", "rent of an accelerator",
                request.PricePerHour is not null ? "you" : request.Hardware.PriceSource);
            plan.Add("cost", hours * Require.Positive(rent, "price"), "$", "accelerator-hours × price", "arithmetic");
        }
        if ((request.Hardware.ServerWatts ?? request.Hardware.Watts) is not { } watts)
        {
            plan.Note($"the hardware table has no watts for {request.Hardware.Name}: energy and CO₂ are left out");
            return;
        }
        var energy = plan.Add("energy", TrainingCompute.KilowattHours(hours, watts, request.Pue), "kWh",
            $"accelerator-hours × {Figure.Quantity(watts, "W")} × PUE {Figure.Number(request.Pue)}",
            "Patterson et al. 2021, section 2; PUE: "
            + Defaults.SourceOf(request.Pue, Defaults.Pue, Defaults.PueSource));
        plan.Add("co2", TrainingCompute.TonnesCo2(energy, request.GramsPerKilowattHour), "t",
            $"kWh × {Figure.Number(request.GramsPerKilowattHour)} g/kWh",
            Defaults.SourceOf(request.GramsPerKilowattHour, Defaults.GramsPerKilowattHour, Defaults.GramsSource));
    }

    /// <summary>What other splits of the same machine time would give: the loss that pre-training gives up, the rollouts it buys.</summary>
    private static void AddSplitTable(PlanBuilder plan, TrainRequest request, double totalFlops, double peak)
    {
        var totalHours = TrainingCompute.AcceleratorHours(totalFlops, peak, request.Utilization);
        var whole = request.Law.Optimal(totalFlops).Loss;
        plan.Table("split", $"optimum of {request.Law.Name} for the rest; rollouts of {Figure.Number(request.RolloutTokens)} tokens",
            [new("rl_share", "%"), new("pretraining_flops", "FLOP"), new("parameters", "parameters"), new("tokens", "tokens"),
             new("predicted_loss", ""), new("loss_given_up", ""), new("rl_rollouts", "")],
            new[] { 0, 0.05, 0.1, 0.2, 0.5 }.Select(share =>
            {
                var best = request.Law.Optimal(totalFlops * (1 - share));
                var rlTokens = RlTokens(totalHours * share, best.Parameters, peak, request.Utilization, Defaults.RolloutUtilization);
                var rollouts = rlTokens / request.RolloutTokens;
                return (object[])[share, best.Flops, best.Parameters, best.Tokens,
                    best.Loss is { } loss ? loss : "–", best.Loss is { } l && whole is { } w ? l - w : "–", rollouts];
            }));
        plan.Note("assumed in the split: both stages train the same model on the same machines; "
            + "no law says yet what a rollout is worth, so the table shows what each side pays");
    }
}
