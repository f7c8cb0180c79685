using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>What the tokens of a pass may attend to, and at which positions they stand.</summary>
internal sealed class AttentionContext
{
    private readonly LazyTensor? _mask;

    private AttentionContext(Tensor positions, Func<Tensor>? mask = null)
    {
        Positions = positions;
        _mask = mask is null ? null : new LazyTensor(mask);
    }

    /// <summary>Positions of the tokens, <c>[B, T]</c> or <c>[1, T]</c> int64.</summary>
    public Tensor Positions { get; }

    /// <summary>What each token may attend to, <c>[B, 1, T, S]</c>, made when it is first asked for; null for all that came before.</summary>
    public Tensor? Mask => _mask?.Value;

    /// <summary>The first token that each token attends to <c>[B·T]</c>, where rows hold several documents.</summary>
    public int[]? First { get; private init; }

    /// <summary>The step over a cache, if there is one.</summary>
    public CacheStep? Cache { get; private init; }

    /// <summary>Each row is one document: attend to what came before.</summary>
    public static AttentionContext Causal(Tensor tokens) => new(arange(tokens.shape[1], ScalarType.Int64, tokens.device).unsqueeze(0));

    /// <summary>Rows hold several documents one after the other (<c>[B, T]</c> ids): attend to what came before in the same one.</summary>
    public static AttentionContext Packed(Tensor segments)
    {
        var (batch, time) = (segments.shape[0], segments.shape[1]);
        var ids = segments.cpu().contiguous().data<long>().ToArray();
        var first = new int[ids.Length];
        var positions = new long[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            var t = (int)(i % time);
            first[i] = t > 0 && ids[i] == ids[i - 1] ? first[i - 1] : t;
            positions[i] = t - first[i];
        }
        return new(tensor(positions, [batch, time], device: segments.device), Allowed) { First = first };

        Tensor Allowed()
        {
            var steps = arange(time, ScalarType.Int64, segments.device); // [T]
            var begins = tensor(first, [batch, time, 1], ScalarType.Int64, segments.device); // [B, T, 1]
            return ((steps >= begins) & (steps <= steps.unsqueeze(1))).unsqueeze(1); // [B, 1, T, T]
        }
    }

    /// <summary>New tokens of some slots: attend to the slot's past and to what came before.</summary>
    public static AttentionContext Cached(CacheStep step) => new(step.Positions, step.Mask) { Cache = step };
}
