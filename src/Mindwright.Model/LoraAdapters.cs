using Mindwright.Inference.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Low-rank adapters over a frozen model: a matrix W computes W·x + (alpha/rank)·B·A·x, and only A and B are trained.
/// </summary>
/// <remarks>Hu et al. 2021, "LoRA". A starts as PEFT has it, B at zero, so that the adapted model begins as the model itself.</remarks>
public sealed class LoraAdapters : IDisposable
{
    // What PEFT puts before the name of a layer.
    private const string Prefix = "base_model.model.";

    private readonly Dictionary<string, IReadOnlyList<Adapter>> _leaves = []; // by leaf, an entry a part

    internal LoraAdapters(ModelConfig config, LoraOptions options, Device device, ScalarType compute, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rank, 1);
        var unknown = options.Targets.Except(LoraOptions.Layers(config)).FirstOrDefault();
        if (unknown is not null)
            throw new ArgumentException($"there is no layer {unknown} to adapt; there are {string.Join(", ", LoraOptions.Layers(config))}", nameof(options));
        Options = options;
        var specs = new List<ParameterSpec>();
        foreach (var leaf in TensorLayout.Of(config).Where(s => s.Kind == ParameterKind.Matrix))
        {
            var adapters = leaf.Parts.Select(part => new Adapter(part.Name, part.Rows, options.Adapts(part.Name))).ToArray();
            if (!adapters.Any(adapter => adapter.IsTrained))
                continue;
            _leaves.Add(leaf.Name, adapters);
            foreach (var adapter in adapters.Where(adapter => adapter.IsTrained))
            {
                specs.Add(ParameterSpec.Single(adapter.Down, ParameterKind.Matrix, options.Rank, leaf.Shape[1]));
                specs.Add(ParameterSpec.Single(adapter.Up, ParameterKind.Matrix, adapter.Rows, options.Rank));
            }
        }
        Weights = new FlatParameters(specs, device, compute);
        Initialize(seed);
    }

    /// <summary>Which matrices are adapted.</summary>
    public LoraOptions Options { get; }

    /// <summary>The adapters' parameters: A <c>[rank, inputs]</c> and B <c>[outputs, rank]</c> of each layer, under the names that PEFT gives them.</summary>
    public FlatParameters Weights { get; }

    /// <summary>What an adapter's output is multiplied by.</summary>
    public double Scale => Options.Alpha / Options.Rank;

    /// <summary>Adds what the adapters of a leaf make of x <c>[.., in]</c> to the leaf's own product y <c>[.., out]</c>.</summary>
    internal Tensor Apply(string leaf, Tensor x, Tensor y)
    {
        if (!_leaves.TryGetValue(leaf, out var adapters))
            return y;
        if (adapters is [var single])
            return y + Delta(single, x);
        // A stacked leaf: what belongs to parts without an adapter passes through.
        var parts = y.split([.. adapters.Select(adapter => adapter.Rows)], dim: -1);
        return cat([.. parts.Zip(adapters, (part, adapter) => adapter.IsTrained ? part + Delta(adapter, x) : part)], dim: -1);
    }

    /// <summary>Adds (alpha/rank)·B·A to the matrices of a model, in fp32.</summary>
    internal void AddTo(FlatParameters model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var adapter in _leaves.Values.SelectMany(a => a).Where(a => a.IsTrained))
        {
            var (down, up) = (Weights.Find(adapter.Down)!.View(Weights.Values), Weights.Find(adapter.Up)!.View(Weights.Values));
            model.Find(adapter.Part)!.View(model.Values).add_(up.mm(down), Scale); // [out, in]
        }
        model.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private Tensor Delta(Adapter adapter, Tensor x) =>
        Kernels.Linear(Kernels.Linear(x, Weights[adapter.Down]), Weights[adapter.Up]) * Scale; // [.., rank] then [.., out]

    private void Initialize(ulong seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(seed, CPU);
        foreach (var down in Weights.Parts.Where(p => p.Name.EndsWith("lora_A.weight", StringComparison.Ordinal)))
        {
            // Kaiming uniform with a = √5, the default of a linear layer: within ±1/√inputs.
            var bound = 1 / Math.Sqrt(down.Shape[1]);
            down.View(Weights.Values).copy_(rand(down.Shape, ScalarType.Float32, CPU, generator: generator) * (2 * bound) - bound);
        }
        Weights.Refresh();
    }

    private sealed record Adapter(string Part, long Rows, bool IsTrained)
    {
        private string Layer => Prefix + Part[..^".weight".Length];

        public string Down => Layer + ".lora_A.weight";

        public string Up => Layer + ".lora_B.weight";
    }
}
