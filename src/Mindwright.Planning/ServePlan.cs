using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>A model to be served.</summary>
public sealed record ServeRequest
{
    /// <summary>The model's shape; without it the cache is left out.</summary>
    public ModelShape? Model { get; init; }

    /// <summary>Parameters, where <see cref="Model"/> doesn't say.</summary>
    public double? Parameters { get; init; }

    /// <summary>Parameters a token passes through, where they are fewer.</summary>
    public double? ActiveParameters { get; init; }

    /// <summary>What it runs on.</summary>
    public required Accelerator Hardware { get; init; }

    /// <summary>Accelerators that together hold one copy.</summary>
    public int Accelerators { get; init; } = 1;

    /// <summary>Sequences decoded at once.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Mean tokens in a sequence's cache.</summary>
    public int Context { get; init; } = 2048;

    /// <summary>Precision of the weights.</summary>
    public string Precision { get; init; } = "bf16";

    /// <summary>Precision of the cache.</summary>
    public string KvPrecision { get; init; } = "bf16";

    /// <summary>Share of the peak that products reach.</summary>
    public double Utilization { get; init; } = Defaults.ServingUtilization;

    /// <summary>Dollars an accelerator-hour; null takes the hardware table's.</summary>
    public double? PricePerHour { get; init; }
}

/// <summary>Speed and price of decoding: by the roofline, or from a measurement.</summary>
public static class ServePlan
{
    private const string RooflineSource = "Pope et al. 2022, section 2; Williams et al. 2009 (roofline)";

    /// <summary>Makes the plan from the roofline: an upper bound that real servers approach and do not reach.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or the model doesn't fit; the message says what would.</exception>
    public static Plan Create(ServeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((request.Model is null) == (request.Parameters is null))
            throw Require.Error("params", "give either --model or --params");
        var n = Require.InRange(request.Accelerators, 1, 100_000, "accelerators");
        var batch = Require.InRange(request.Batch, 1, 10_000_000, "batch");
        var context = Require.InRange(request.Context, 1, int.MaxValue, "context");
        var utilization = Require.Share(request.Utilization, "utilization");
        var hardware = request.Hardware;
        var parameters = Require.Positive(request.Model?.Parameters ?? request.Parameters!.Value, "params");
        var active = request.ActiveParameters ?? request.Model?.ActiveParameters ?? parameters;
        if (!(active > 0 && active <= parameters))
            throw Require.Error("active", $"{Figure.Number(active)} active parameters must be above 0 and at most all {Figure.Number(parameters)}");

        var plan = new PlanBuilder("serve");
        plan.Add("parameters", parameters, "parameters", "given", request.Model?.Source ?? "you");
        if (active != parameters)
            plan.Add("active_parameters", active, "parameters", "parameters a token passes through", request.Model?.Source ?? "you");
        var bytes = Accelerator.BytesPerValue(request.Precision);
        var weights = plan.Add("weights", parameters * bytes, "B", $"{Figure.Number(bytes)} bytes × parameters ({request.Precision})",
            "arithmetic");
        var memory = plan.Add("memory", hardware.Memory * n, "B", $"{n} × {hardware.Description}", hardware.Source);
        if (weights > memory)
            throw Require.Error("accelerators",
                $"{Figure.Quantity(weights, "B")} of weights do not fit {n} × {hardware.Name} ({Figure.Quantity(memory, "B")}); "
                + $"it takes at least {Math.Ceiling(weights / hardware.Memory)}, or a smaller precision");
        var kv = 0.0;
        if (request.Model is { } model)
        {
            kv = plan.Add("kv_bytes_per_token", TrainingMemory.KvBytesPerToken(model, request.KvPrecision), "B",
                model.KvLoraRank > 0 ? "layers × (latent + rotary) × bytes" : "2 × layers × kv heads × head dimension × bytes",
                model.Source);
            var most = plan.Add("largest_batch", Math.Floor((memory - weights) / (context * kv)), "sequences",
                $"(memory − weights) / ({context} tokens × kv)", "arithmetic");
            if (batch > most)
                throw Require.Error("batch",
                    $"{batch} sequences of {context} tokens do not fit beside the weights; legal: 1 to {Figure.Number(most)}");
        }
        else
        {
            plan.Note("without --model the cache's bytes are unknown, and left out");
        }

        // Where a chip lacks the weights' precision, they are converted while loading and multiplied in bf16.
        var computed = hardware.PeakFlops.ContainsKey(request.Precision) ? request.Precision : "bf16";
        var peak = plan.Add("peak", hardware.Peak(computed) * n, "FLOP/s", $"{n} × peak at {computed}, dense", hardware.Source);
        plan.Add("utilization", utilization, "%", "share of the peak that products reach",
            Defaults.SourceOf(utilization, Defaults.ServingUtilization, Defaults.ServingUtilizationSource));
        var bandwidth = plan.Add("bandwidth", hardware.Bandwidth * n, "B/s", $"{n} × memory bandwidth", hardware.Source);
        var roofline = new Roofline(weights, active, kv, bandwidth, peak * utilization);
        var read = plan.Add("memory_time", roofline.MemorySeconds(batch, context), "s", "(W + B × ctx × kv) / bandwidth", RooflineSource);
        var compute = plan.Add("compute_time", roofline.ComputeSeconds(batch), "s", "2 × N × B / (peak × utilization)", RooflineSource);
        var step = plan.Add("step_time", Math.Max(read, compute), "s", $"the larger: {(read >= compute ? "memory" : "computing")} decides",
            RooflineSource);
        var speed = plan.Add("tokens_per_second", batch / step, "tokens/s", "B / step", "arithmetic");
        plan.Add("tokens_per_second_per_user", 1 / step, "tokens/s", "1 / step", "arithmetic");
        plan.Add("ridge_batch_without_cache", roofline.RidgeBatch(0), "sequences", "W × peak × utilization / (2N × bandwidth)",
            RooflineSource);
        var ridge = roofline.RidgeBatch(context);
        plan.Add("ridge_batch", ridge, "sequences",
            double.IsFinite(ridge) ? "W/bandwidth / (2N/(peak × utilization) − ctx × kv/bandwidth): reading takes as long as computing"
                : "none: a sequence's cache takes longer to read than its token to compute", RooflineSource);
        if ((request.PricePerHour ?? hardware.PricePerHour) is not null)
            AddPrice(plan, request, roofline, speed, n, batch, context, memory, kv);
        else
            plan.Note($"the hardware table has no rent for {hardware.Name}: give --price to see money");
        plan.Note("an upper bound: full bandwidth, no communication between accelerators, no idle time");
        return plan.Build();
    }

    /// <summary>Turns measured speed into a price, and a second one into "the same quality, cheaper".</summary>
    /// <param name="tokensPerSecond">Measured tokens a second of the whole machine.</param>
    /// <param name="pricePerHour">What the machine costs an hour, dollars.</param>
    /// <param name="baselineTokensPerSecond">Speed of the model that it replaces, on the same machine; null for none.</param>
    /// <exception cref="ArgumentException">A value isn't positive and finite.</exception>
    public static Plan Measured(double tokensPerSecond, double pricePerHour, double? baselineTokensPerSecond = null)
    {
        var plan = new PlanBuilder("serve");
        plan.Given("tokens_per_second", Require.Positive(tokensPerSecond, "measured"), "tokens/s");
        plan.Given("price_per_hour", Require.Positive(pricePerHour, "price"), "$/h");
        var price = plan.Add("price_per_million_tokens", Roofline.PricePerMillion(tokensPerSecond, pricePerHour), "$",
            "price / 3600 / tokens/s × 1e6", "arithmetic");
        if (baselineTokensPerSecond is { } before)
        {
            plan.Given("baseline_tokens_per_second", Require.Positive(before, "baseline"), "tokens/s");
            var old = plan.Add("baseline_price_per_million_tokens", Roofline.PricePerMillion(before, pricePerHour), "$",
                "price / 3600 / tokens/s × 1e6", "arithmetic");
            plan.Add("cheaper", old / price, "×", "baseline price / price", "arithmetic");
        }
        return plan.Build();
    }

    private static void AddPrice(PlanBuilder plan, ServeRequest request, Roofline roofline, double speed, int n, int batch, int context,
        double memory, double kv)
    {
        var price = Require.Positive((request.PricePerHour ?? request.Hardware.PricePerHour)!.Value, "price");
        plan.Add("price_per_hour", price * n, "$/h", $"{n} × rent of an accelerator",
            request.PricePerHour is not null ? "you" : request.Hardware.PriceSource);
        plan.Add("price_per_million_tokens", Roofline.PricePerMillion(speed, price * n), "$", "price / 3600 / tokens/s × 1e6",
            "arithmetic");
        plan.Add("price_per_million_input_tokens", Roofline.PricePerMillion(roofline.Flops / (2 * roofline.ActiveParameters), price * n), "$",
            "price / 3600 × 2N / (peak × utilization) × 1e6: reading a prompt is bound by computing", RooflineSource);
        // Batches up to the largest that fits show where a larger one stops making tokens cheaper.
        var most = kv > 0 ? (memory - roofline.WeightBytes) / (context * kv) : 1 << 14;
        var batches = Enumerable.Range(0, 15).Select(i => 1 << i).Where(b => b <= most).Append(batch).Distinct().Order();
        plan.Table("batches", "the same formulas over the batch",
            [new("batch"), new("step_time", "s"), new("tokens_per_second", "tokens/s"), new("per_user", "tokens/s"), new("price_per_million_tokens", "$")],
            batches.Select(b =>
            {
                var step = roofline.StepSeconds(b, context);
                return (object[])[(double)b, step, b / step, 1 / step, Roofline.PricePerMillion(b / step, price * n)];
            }));
    }
}
