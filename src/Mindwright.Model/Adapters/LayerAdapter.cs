using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>The low-rank adapters over one layer: one for each published tensor that the layer stacks, or none for some of them.</summary>
internal sealed class LayerAdapter(IReadOnlyList<LayerAdapter.Part> parts, double scale)
{
    /// <summary>Adds what the adapters make of x <c>[.., in]</c> to the layer's own product y <c>[.., out]</c>.</summary>
    public Tensor AddTo(Tensor y, Tensor x)
    {
        if (parts is [var single])
            return y + Delta(single, x);
        // What belongs to parts without an adapter passes through.
        var own = y.split([.. parts.Select(part => part.Rows)], dim: -1);
        return cat([.. own.Zip(parts, (slice, part) => part.IsTrained ? slice + Delta(part, x) : slice)], dim: -1); // [.., out]
    }

    private Tensor Delta(Part part, Tensor x)
    {
        var inner = Kernels.Linear(x, part.Down!); // [.., rank]
        return Kernels.Linear(inner, part.Up!) * scale; // [.., rows]
    }

    /// <summary>The adapter over one published tensor.</summary>
    /// <param name="Rows">Its rows.</param>
    /// <param name="Down">A <c>[rank, in]</c>; null where the tensor is not adapted.</param>
    /// <param name="Up">B <c>[rows, rank]</c>; null where the tensor is not adapted.</param>
    internal sealed record Part(long Rows, Parameter? Down, Parameter? Up)
    {
        public bool IsTrained => Down is not null;
    }
}
