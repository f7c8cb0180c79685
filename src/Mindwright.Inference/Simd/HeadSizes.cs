namespace Mindwright.Inference.Simd;

/// <summary>The product of queries, keys and values <c>[B, T, (H + 2G)·D]</c>, and how its heads are normalized.</summary>
/// <param name="Rows">Tokens of all sequences, B·T.</param>
/// <param name="Time">Tokens of a sequence, T.</param>
/// <param name="Heads">Query heads H.</param>
/// <param name="Groups">Key/value heads G.</param>
/// <param name="Size">Channels of a head D.</param>
/// <param name="Epsilon">Added to the mean square of a head that is normalized.</param>
internal readonly record struct HeadSizes(long Rows, long Time, int Heads, int Groups, int Size, float Epsilon)
{
    /// <summary>Elements of a token in the common product.</summary>
    public long Stride => (Heads + 2L * Groups) * Size;
}

/// <summary>Cosines and sines <c>[B or 1, T, D/2]</c> by which heads are rotated; null pointers where nothing is.</summary>
/// <param name="cos">Cosines.</param>
/// <param name="sin">Sines.</param>
/// <param name="batchStride">Elements from a sequence's to the next's: 0 where all sequences share them.</param>
internal readonly unsafe struct Angles(float* cos, float* sin, long batchStride)
{
    private readonly float* _cos = cos;
    private readonly float* _sin = sin;

    /// <summary>Cosines and sines <c>[D/2]</c> of one token.</summary>
    public Angle At(long b, long t, int size)
    {
        var at = b * batchStride + t * (size / 2);
        return _cos is null ? default : new Angle(_cos + at, _sin + at);
    }
}

/// <summary>Cosines and sines of one token.</summary>
internal readonly unsafe struct Angle(float* cos, float* sin)
{
    public readonly float* Cos = cos;
    public readonly float* Sin = sin;
}

/// <summary>Heads <c>[B, T, heads, D]</c> whose channels lie side by side, with whatever strides else.</summary>
/// <param name="start">The first element.</param>
/// <param name="batch">Elements from a sequence to the next.</param>
/// <param name="time">Elements from a token to the next.</param>
/// <param name="head">Elements from a head to the next.</param>
internal readonly unsafe struct StridedHeads<T>(T* start, long batch, long time, long head)
    where T : unmanaged
{
    private readonly T* _start = start;

    public T* At(long b, long t, long h) => _start + b * batch + t * time + h * head;
}
