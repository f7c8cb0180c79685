using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Low-rank adapters over a frozen model: a matrix W computes W·x + (alpha/rank)·B·A·x, and only A and B are trained. A scalar head is trained
/// whole beside them.
/// </summary>
/// <remarks>Hu et al. 2021, "LoRA". A starts as PEFT has it, B at zero, so that the adapted model begins as the model itself.</remarks>
public sealed class LoraAdapters : IDisposable
{
    // What PEFT puts before the name of a layer.
    private const string Prefix = "base_model.model.";
    private const string HeadName = Prefix + TensorLayout.ScalarHeadName;

    private readonly Dictionary<string, LayerAdapter> _layers = [];
    private readonly string[] _adapted; // the published tensors under adapters

    internal LoraAdapters(ModelConfig config, FlatParameters model, LoraOptions options, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rank, 1);
        var unknown = options.Targets.Except(LoraOptions.Layers(config)).FirstOrDefault();
        if (unknown is not null)
            throw new ArgumentException($"there is no layer {unknown} to adapt; there are {string.Join(", ", LoraOptions.Layers(config))}", nameof(options));
        Options = options;
        var leaves = model.Specs.Where(s => s.Kind == ParameterKind.Matrix && s.Parts.Any(part => options.Adapts(part.Name))).ToArray();
        _adapted = [.. leaves.SelectMany(leaf => leaf.Parts).Select(part => part.Name).Where(options.Adapts)];
        Weights = new FlatParameters([.. leaves.SelectMany(Specs), .. HeadSpecs(config)], model.Device, model.Compute);
        foreach (var leaf in leaves)
            _layers.Add(leaf.Name, new LayerAdapter([.. leaf.Parts.Select(AdapterOf)], Scale));
        if (config.Head == ModelHead.Scalar)
            Head = Weights[HeadName];
        Initialize(model, seed);
    }

    /// <summary>Which matrices are adapted.</summary>
    public LoraOptions Options { get; }

    /// <summary>
    /// The adapters' parameters: A <c>[rank, inputs]</c> and B <c>[outputs, rank]</c> of each layer, and a scalar head <c>[1, C]</c>, under the names
    /// that PEFT gives them.
    /// </summary>
    public FlatParameters Weights { get; }

    /// <summary>What an adapter's output is multiplied by.</summary>
    public double Scale => Options.Alpha / Options.Rank;

    /// <summary>The scalar head that is trained in place of the model's own; null where the model has a vocabulary for a head.</summary>
    internal Parameter? Head { get; }

    /// <summary>The adapters over a leaf, if there are any.</summary>
    internal LayerAdapter? Of(string leaf) => _layers.GetValueOrDefault(leaf);

    /// <summary>Adds (alpha/rank)·B·A to the matrices of a model, in fp32, and gives it the trained head.</summary>
    internal void AddTo(FlatParameters model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var part in _adapted)
            View(model, part).add_(View(Weights, Up(part)).mm(View(Weights, Down(part))), Scale); // [out, in]
        if (Head is not null)
            View(model, TensorLayout.ScalarHeadName).copy_(View(Weights, HeadName));
        model.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private void Initialize(FlatParameters model, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(seed, CPU);
        foreach (var down in _adapted.Select(part => View(Weights, Down(part))))
        {
            // Kaiming uniform with a = √5, the default of a linear layer: within ±1/√inputs.
            var bound = 1 / Math.Sqrt(down.shape[1]);
            down.copy_(rand(down.shape, ScalarType.Float32, CPU, generator: generator) * (2 * bound) - bound);
        }
        if (Head is not null)
            View(Weights, HeadName).copy_(View(model, TensorLayout.ScalarHeadName));
        Weights.Refresh();
    }

    private IEnumerable<ParameterSpec> Specs(ParameterSpec leaf) => leaf.Parts.Where(part => Options.Adapts(part.Name)).SelectMany(part => new[]
    {
        ParameterSpec.Single(Down(part.Name), ParameterKind.Matrix, Options.Rank, leaf.Shape[1]),
        ParameterSpec.Single(Up(part.Name), ParameterKind.Matrix, part.Rows, Options.Rank),
    });

    private static IEnumerable<ParameterSpec> HeadSpecs(ModelConfig config) =>
        config.Head == ModelHead.Scalar ? [ParameterSpec.Single(HeadName, ParameterKind.Vector, 1, config.HiddenSize)] : [];

    private LayerAdapter.Part AdapterOf(ParameterPart part) => Options.Adapts(part.Name)
        ? new(part.Rows, Weights[Down(part.Name)], Weights[Up(part.Name)])
        : new(part.Rows, null, null);

    private static Tensor View(FlatParameters weights, string part) => weights.Find(part)!.View(weights.Values);

    private static string Down(string part) => Prefix + part[..^".weight".Length] + ".lora_A.weight";

    private static string Up(string part) => Prefix + part[..^".weight".Length] + ".lora_B.weight";
}
