using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>What is to be held in memory. Give a model, or its number of parameters alone.</summary>
public sealed record MemoryRequest
{
    /// <summary>The model's shape; without it activations and cache cannot be known.</summary>
    public ModelShape? Model { get; init; }

    /// <summary>Parameters, where <see cref="Model"/> doesn't say.</summary>
    public double? Parameters { get; init; }

    /// <summary>Accelerators among which ZeRO spreads.</summary>
    public int Accelerators { get; init; } = 1;

    /// <summary>Accelerators that share each layer.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Sequences an accelerator trains on, or a server decodes, at once.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Tokens of a sequence; null takes the model's context.</summary>
    public int? Context { get; init; }

    /// <summary>Precision of the cache.</summary>
    public string KvPrecision { get; init; } = "bf16";

    /// <summary>Where it should fit; null to leave that open.</summary>
    public Accelerator? Hardware { get; init; }
}

/// <summary>Bytes of training and of decoding, an accelerator.</summary>
public static class MemoryPlan
{
    private const string Zero = "Rajbhandari et al. 2020 (ZeRO), figure 1";
    private const string Activations = "Korthikanti et al. 2022, table 2";

    /// <summary>Makes the plan.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or neither model nor parameters are given.</exception>
    public static Plan Create(MemoryRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((request.Model is null) == (request.Parameters is null))
            throw Require.Error("params", "give either --model or --params");
        var parameters = Require.Positive(request.Model?.Parameters ?? request.Parameters!.Value, "params");
        var tensorParallel = Require.InRange(request.TensorParallel, 1, request.Accelerators, "tensor-parallel");
        if (request.Accelerators % tensorParallel != 0)
            throw Require.Error("tensor-parallel", $"{tensorParallel} does not divide the {request.Accelerators} accelerators");
        var replicas = request.Accelerators / tensorParallel;
        var share = parameters / tensorParallel;

        var plan = new PlanBuilder("memory");
        plan.Add("parameters", parameters, "parameters", "given", request.Model?.Source ?? "you");
        plan.Add("weights", 2 * parameters, "B", "2 bytes × parameters (bf16)", Zero);
        plan.Add("training_states", 16 * parameters, "B", "(2 weights + 2 gradients + 4 master + 4 momentum + 4 variance) × parameters",
            Zero);
        string[] formulas =
            ["16 × N", $"(4 + 12/{replicas}) × N: optimizer spread", $"(2 + 14/{replicas}) × N: gradients too", $"16/{replicas} × N: weights too"];
        for (var stage = 0; stage <= 3; stage++)
            plan.Add($"zero_{stage}", TrainingMemory.ModelStates(share, replicas, stage), "B",
                formulas[stage] + (tensorParallel > 1 ? $", N = parameters / {tensorParallel}" : ""), Zero);
        if (request.Model is { } model)
            AddShape(plan, request, model, tensorParallel);
        else
            plan.Note("activations and the key-value cache depend on the shape: give --model to see them");
        if (request.Hardware is { } hardware)
            AddFit(plan, request, hardware, share, replicas, tensorParallel);
        return plan.Build();
    }

    private static void AddShape(PlanBuilder plan, MemoryRequest request, ModelShape model, int tensorParallel)
    {
        var sequence = Require.InRange(request.Context ?? model.Context, 1, int.MaxValue, "context");
        var batch = Require.InRange(request.Batch, 1, int.MaxValue, "batch");
        var (s, a, h) = (sequence, model.Heads, model.Hidden);
        var t = tensorParallel > 1 ? $"/{tensorParallel}" : "";
        Add("activations", Recomputation.None, $"layers × sbh(34 + 5as/h){t}, s = {s}, b = {batch}, h = {h}, a = {a}");
        Add("activations_selective", Recomputation.Selective, $"layers × 34sbh{t}: attention scores computed again");
        Add("activations_full", Recomputation.Full, "layers × 2sbh: one more forward pass");
        var kept = TrainingMemory.ActivationsPerLayer(s, batch, h, a, recomputation: Recomputation.Selective)
            / TrainingMemory.ActivationsPerLayer(s, batch, h, a);
        plan.Add("selective_saving", 1 - kept, "%", "1 − 34 / (34 + 5as/h)", "Korthikanti et al. 2022, section 5");
        var kv = plan.Add("kv_bytes_per_token", TrainingMemory.KvBytesPerToken(model, request.KvPrecision), "B",
            (model.KvLoraRank > 0
                ? $"{model.Layers} layers × ({model.KvLoraRank} latent + {model.RopeHeadDimension} rotary)"
                : $"2 × {model.Layers} layers × {model.KvHeads} kv heads × {model.HeadDimension}")
            + $" × {Figure.Number(Accelerator.BytesPerValue(request.KvPrecision))} bytes",
            model.KvLoraRank > 0 ? "DeepSeek-AI 2024 (DeepSeek-V2), table 1" : "Pope et al. 2022; Ainslie et al. 2023");
        plan.Add("kv_cache", kv * sequence * batch, "B", $"kv × {sequence} tokens × {batch} sequences", "arithmetic");

        void Add(string figure, Recomputation recomputation, string formula) =>
            plan.Add(figure,
                model.Layers * TrainingMemory.ActivationsPerLayer(s, batch, h, a, tensorParallel, tensorParallel > 1, recomputation),
                "B", formula, Activations);
    }

    private static void AddFit(PlanBuilder plan, MemoryRequest request, Accelerator hardware, double share, int replicas,
        int tensorParallel)
    {
        plan.Add("accelerator_memory", hardware.Memory, "B", hardware.Description, hardware.Source);
        var activations = request.Model is not { } model ? 0
            : model.Layers * TrainingMemory.ActivationsPerLayer(request.Context ?? model.Context, request.Batch, model.Hidden, model.Heads,
                tensorParallel, tensorParallel > 1, Recomputation.Selective);
        var fitting = Enumerable.Range(0, 4)
            .Where(stage => TrainingMemory.ModelStates(share, replicas, stage) + activations <= hardware.Memory).ToArray();
        plan.Note(fitting.Length > 0
            ? $"training fits {hardware.Name} from ZeRO stage {fitting[0]} on, with selective recomputation"
            : $"training does not fit {hardware.Name} at any ZeRO stage on {request.Accelerators} accelerators: "
                + "use more, or a smaller batch or context");
    }
}
