using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>The shape of one layer's cache of keys or values, <c>[slots, capacity, G, D]</c>, and of the queries that read it.</summary>
/// <param name="Heads">Query heads H.</param>
/// <param name="Groups">Key/value heads G; divides <paramref name="Heads"/>.</param>
/// <param name="Size">Channels of a head D.</param>
/// <param name="Capacity">Tokens that a slot holds.</param>
internal readonly record struct CacheSizes(int Heads, int Groups, int Size, int Capacity)
{
    /// <summary>Elements of a token.</summary>
    public int Token => Groups * Size;

    /// <summary>Elements of a slot.</summary>
    public long Slot => (long)Capacity * Token;
}

/// <summary>
/// Attention of one new token a slot over what the slot's cache holds: each slot reads just its own length, where it lies. (By tensor
/// operations every step would gather the slots' keys and values and pad them to the longest.)
/// </summary>
internal static unsafe class DecodeAttention
{
    private const int StackLength = 1024;

    /// <summary>Writes one token's keys or values a slot into the cache.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="fresh">Keys or values of the new tokens <c>[n, G, D]</c>.</param>
    /// <param name="cache">The cache <c>[slots, capacity, G, D]</c>.</param>
    /// <param name="slots">The slot of each token <c>[n]</c>.</param>
    /// <param name="lengths">What each of these slots held before <c>[n]</c>.</param>
    public static void Append<T>(CacheSizes sizes, T* fresh, T* cache, ReadOnlySpan<int> slots, ReadOnlySpan<int> lengths)
        where T : unmanaged, IElement<T>
    {
        for (var n = 0; n < slots.Length; n++)
        {
            var to = cache + slots[n] * sizes.Slot + (long)lengths[n] * sizes.Token;
            new Span<T>(fresh + (long)n * sizes.Token, sizes.Token).CopyTo(new Span<T>(to, sizes.Token));
        }
    }

    /// <summary>softmax(q·Kᵀ / √D)·V for each slot's new token, whose own key and value are in the cache already.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="q">Queries <c>[n, H, D]</c>.</param>
    /// <param name="keys">Cached keys <c>[slots, capacity, G, D]</c>.</param>
    /// <param name="values">Cached values, likewise.</param>
    /// <param name="y">Output <c>[n, H, D]</c>.</param>
    /// <param name="slots">The slot of each token <c>[n]</c>.</param>
    /// <param name="lengths">What each of these slots held before the new token <c>[n]</c>.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Run<T>(CacheSizes sizes, T* q, T* keys, T* values, T* y, int[] slots, int[] lengths, int threads)
        where T : unmanaged, IElement<T>
    {
        var (heads, groups, size, _) = sizes;
        Rows.Run((long)slots.Length * heads, lengths.Max() * (long)size, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var (n, head) = ((int)(row / heads), (int)(row % heads));
                var past = slots[n] * sizes.Slot + head / (heads / groups) * size;
                Attend(q + row * size, keys + past, values + past, y + row * size, lengths[n] + 1, sizes.Token, size);
            }
        });
    }

    /// <summary>One head of one token.</summary>
    /// <param name="q">Query <c>[D]</c>.</param>
    /// <param name="keys">Keys <c>[length, D]</c>, a stride apart.</param>
    /// <param name="values">Values, likewise.</param>
    /// <param name="y">Output <c>[D]</c>.</param>
    /// <param name="length">Number of keys.</param>
    /// <param name="stride">Elements from a key to the next.</param>
    /// <param name="size">Channels of a head.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Attend<T>(T* q, T* keys, T* values, T* y, int length, int stride, int size)
        where T : unmanaged, IElement<T>
    {
        var rented = length > StackLength ? ArrayPool<float>.Shared.Rent(length) : null;
        var onStack = stackalloc float[rented is null ? StackLength : 0];
        fixed (float* onHeap = rented)
        {
            var weights = rented is null ? onStack : onHeap;
            var scale = 1 / MathF.Sqrt(size);
            for (var t = 0; t < length; t++)
            {
                var key = keys + (long)t * stride;
                var sum = Vector512<float>.Zero;
                for (var i = 0; i < size; i += Lanes.Width)
                    sum = Vector512.FusedMultiplyAdd(Lanes.Load(q + i, size - i), Lanes.Load(key + i, size - i), sum);
                weights[t] = Lanes.Sum(sum) * scale;
            }
            var share = Vector512.Create(1 / Softmax.Exponentials(weights, length));
            var done = 0;
            for (; size - done >= 4 * Lanes.Width; done += 4 * Lanes.Width)
                WeightedSums(values + done, y + done, weights, share, length, stride);
            for (; done < size; done += Lanes.Width)
            {
                var sum = Vector512<float>.Zero;
                for (var t = 0; t < length; t++)
                    sum = Vector512.FusedMultiplyAdd(Lanes.Load(values + (long)t * stride + done, size - done), Vector512.Create(weights[t]), sum);
                Lanes.Store(y + done, size - done, sum * share);
            }
        }
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
    }

    // Sixty-four channels at once: four sums that don't wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightedSums<T>(T* values, T* y, float* weights, Vector512<float> share, int length, int stride)
        where T : unmanaged, IElement<T>
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var t = 0; t < length; t++)
        {
            var at = values + (long)t * stride;
            var weight = Vector512.Create(weights[t]);
            a = Vector512.FusedMultiplyAdd(T.Load(at), weight, a);
            b = Vector512.FusedMultiplyAdd(T.Load(at + Lanes.Width), weight, b);
            c = Vector512.FusedMultiplyAdd(T.Load(at + 2 * Lanes.Width), weight, c);
            d = Vector512.FusedMultiplyAdd(T.Load(at + 3 * Lanes.Width), weight, d);
        }
        T.Store(y, a * share);
        T.Store(y + Lanes.Width, b * share);
        T.Store(y + 2 * Lanes.Width, c * share);
        T.Store(y + 3 * Lanes.Width, d * share);
    }
}
