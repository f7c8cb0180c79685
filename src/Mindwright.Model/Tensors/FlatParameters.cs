using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// A model's parameters in one flat fp32 buffer and their gradients in another, each leaf a view. So an optimizer is a few
/// operations on slices, clipping is one norm, accumulation is exact, and a checkpoint is a copy.
/// </summary>
/// <remarks>
/// Leaves lie in the order of <see cref="ParameterKind"/> (matrices, embeddings, vectors), so each kind is one slice. With a
/// 16-bit compute type the forward pass uses 16-bit copies of matrices and embeddings, cast from the fp32 buffer by
/// <see cref="Refresh"/>; see <see cref="Parameter"/> for how their gradients reach the fp32 buffer. Vectors are fp32 throughout.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly Dictionary<string, Parameter> _leaves = [];
    private readonly Dictionary<string, Placement> _parts = [];
    private readonly Tensor? _gradients;

    /// <summary>Allocates the buffers, zeroed.</summary>
    /// <param name="specs">The leaves; they are laid out by kind.</param>
    /// <param name="device">Where the buffers live.</param>
    /// <param name="compute">fp32, or bfloat16 for 16-bit working copies.</param>
    /// <param name="trainable">False allocates no gradients.</param>
    public FlatParameters(IEnumerable<ParameterSpec> specs, Device device, ScalarType compute = ScalarType.Float32, bool trainable = true)
    {
        Specs = [.. specs.OrderBy(s => s.Kind)];
        Count = Specs.Sum(s => s.Count);
        Compute = compute;
        Device = device;
        using var scope = NewDisposeScope();
        Values = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        if (trainable)
            _gradients = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        var wide = Specs.Where(s => s.Kind != ParameterKind.Vector).Sum(s => s.Count);
        if (compute != ScalarType.Float32)
            Working = zeros(wide, compute, device).DetachFromDisposeScope();

        long offset = 0;
        foreach (var spec in Specs)
        {
            var isWorking = Working is not null && spec.Kind != ParameterKind.Vector;
            var leaf = (isWorking ? Working! : Values).narrow(0, offset, spec.Count).view(spec.Shape).detach();
            var gradient = _gradients?.narrow(0, offset, spec.Count).view(spec.Shape);
            _leaves.Add(spec.Name, new Parameter(leaf.DetachFromDisposeScope(), gradient?.DetachFromDisposeScope(), spec.Kind));
            var row = spec.Count / spec.Shape[0];
            var at = offset;
            foreach (var part in spec.Parts)
            {
                _parts.Add(part.Name, new Placement(part.Name, spec.Kind, at, [part.Rows, .. spec.Shape.Skip(1)]));
                at += part.Rows * row;
            }
            offset += spec.Count;
        }
    }

    /// <summary>The leaves, in the order in which they lie in the buffer.</summary>
    public IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>The published tensors, in the order in which they lie in the buffer.</summary>
    public IReadOnlyCollection<Placement> Parts => _parts.Values;

    /// <summary>Number of parameters.</summary>
    public long Count { get; }

    /// <summary>The type in which matrices enter products.</summary>
    public ScalarType Compute { get; }

    /// <summary>Where the buffers live.</summary>
    public Device Device { get; }

    /// <summary>All parameters, <c>[Count]</c> fp32.</summary>
    public Tensor Values { get; }

    /// <summary>Their gradients, <c>[Count]</c> fp32; null where nothing is trained.</summary>
    public Tensor? Gradients
    {
        get
        {
            foreach (var leaf in _leaves.Values)
                leaf.Settle();
            return _gradients;
        }
    }

    /// <summary>A leaf of the forward pass.</summary>
    internal Parameter this[string leaf] => _leaves[leaf];

    /// <summary>The copies of matrices and embeddings in the compute type; null where that is fp32.</summary>
    internal Tensor? Working { get; }

    /// <summary>Where a kind of parameter lies in the buffers.</summary>
    public (long Offset, long Count) Slice(ParameterKind kind) =>
        (Specs.Where(s => s.Kind < kind).Sum(s => s.Count), Specs.Where(s => s.Kind == kind).Sum(s => s.Count));

    /// <summary>Where a published tensor lies in the buffers, or null where the model has none of that name.</summary>
    public Placement? Find(string part) => _parts.GetValueOrDefault(part);

    /// <summary>Casts the 16-bit working copies anew; call after every change of <see cref="Values"/>.</summary>
    public void Refresh()
    {
        if (Working is null)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Working.copy_(Values.narrow(0, 0, Working.NumberOfElements));
    }

    /// <summary>Adds to the buffer what plain operations left at the leaves; call after every backward pass.</summary>
    public void CollectGradients()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var leaf in _leaves.Values)
            leaf.Collect();
    }

    /// <summary>Clears the gradients.</summary>
    public void ZeroGradients()
    {
        using var _ = no_grad();
        foreach (var leaf in _leaves.Values)
            leaf.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var leaf in _leaves.Values)
            leaf.Dispose();
        Working?.Dispose();
        _gradients?.Dispose();
        Values.Dispose();
    }
}

/// <summary>Where a published tensor lies in the flat buffers.</summary>
/// <param name="Name">Its name in a Hugging Face model folder.</param>
/// <param name="Kind">What it is to an optimizer.</param>
/// <param name="Offset">Its first element.</param>
/// <param name="Shape">Its sizes.</param>
public sealed record Placement(string Name, ParameterKind Kind, long Offset, long[] Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>This tensor as a view of a flat buffer.</summary>
    public Tensor View(Tensor flat)
    {
        using var slice = flat.narrow(0, Offset, Count);
        return slice.view(Shape);
    }
}
