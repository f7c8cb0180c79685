using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>x·Wᵀ + b: <c>[.., in]</c> → <c>[.., out]</c>, and what an adapter over W adds to it.</summary>
internal sealed class Linear
{
    private readonly Parameter _weight;
    private readonly Tensor? _bias;
    private LayerAdapter? _adapter;

    /// <param name="weights">The model's parameters.</param>
    /// <param name="name">The layer's name, without <c>.weight</c>.</param>
    /// <param name="hasBias">Whether it has a bias.</param>
    public Linear(FlatParameters weights, string name, bool hasBias = false)
    {
        Name = name + ".weight";
        _weight = weights[Name];
        _bias = hasBias ? weights[name + ".bias"].Value : null;
    }

    /// <summary>Name of the matrix.</summary>
    public string Name { get; }

    /// <summary>Takes its adapter from those of the model; null takes it away.</summary>
    public void Adapt(LoraAdapters? adapters) => _adapter = adapters?.Of(Name);

    public Tensor Forward(Tensor x)
    {
        var y = Kernels.Linear(x, _weight, _bias); // [.., out]
        return _adapter is null ? y : _adapter.AddTo(y, x); // [.., out]
    }
}
