using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Attention of one new token a slot over what the slot's cache holds: each slot reads just its own length, where it lies. (By tensor
/// operations every step would gather the slots' keys and values and pad them to the longest.)
/// </summary>
internal static unsafe class DecodeAttentionKernel
{
    private const int StackLength = 1024;

    /// <summary>Whether it applies: one token a slot, no gradient asked, on the CPU.</summary>
    public static bool Handles(Tensor queries) => queries.shape[1] == 1 && Fused.Handles(queries) && !is_grad_enabled();

    /// <summary>Puts the new keys and values into the cache, and attends.</summary>
    /// <param name="queries">Queries <c>[n, 1, H, D]</c>, contiguous.</param>
    /// <param name="keys">Keys of the new tokens <c>[n, 1, G, D]</c>, contiguous.</param>
    /// <param name="values">Values of the new tokens <c>[n, 1, G, D]</c>, contiguous.</param>
    /// <param name="cachedKeys">The layer's cache <c>[slots, capacity + 1, G, D]</c>, which is written to.</param>
    /// <param name="cachedValues">The same for values.</param>
    /// <param name="slots">The slot of each token <c>[n]</c>.</param>
    /// <param name="lengths">What each of these slots held before <c>[n]</c>.</param>
    /// <returns>Attention's output <c>[n, 1, H·D]</c>.</returns>
    public static Tensor Run(Tensor queries, Tensor keys, Tensor values, Tensor cachedKeys, Tensor cachedValues, int[] slots, int[] lengths)
    {
        var (heads, groups, size) = ((int)queries.shape[2], (int)cachedKeys.shape[2], (int)queries.shape[3]);
        var perSlot = cachedKeys.shape[1] * groups * size;
        var output = empty([slots.Length, 1, heads * size], queries.dtype, CPU);
        var (q, k, v) = (TensorStorage.Address(queries), TensorStorage.Address(keys), TensorStorage.Address(values));
        var (pastK, pastV, y) = (TensorStorage.Address(cachedKeys), TensorStorage.Address(cachedValues), TensorStorage.Address(output));
        var isBrain = queries.dtype == ScalarType.BFloat16;
        for (var n = 0; n < slots.Length; n++)
        {
            if (isBrain)
                Append<Brain16>(n);
            else
                Append<Single32>(n);
        }
        Rows.Run((long)slots.Length * heads, lengths.Max() * (long)size, (_, from, to) =>
        {
            if (isBrain)
                Block<Brain16>(from, to);
            else
                Block<Single32>(from, to);
        });
        return output;

        void Append<T>(int n)
            where T : unmanaged
        {
            var row = groups * size;
            var at = slots[n] * perSlot + (long)lengths[n] * row;
            new Span<T>((T*)k + (long)n * row, row).CopyTo(new Span<T>((T*)pastK + at, row));
            new Span<T>((T*)v + (long)n * row, row).CopyTo(new Span<T>((T*)pastV + at, row));
        }

        void Block<T>(long from, long to)
            where T : unmanaged, IElement<T>
        {
            for (var row = from; row < to; row++)
            {
                var (n, head) = ((int)(row / heads), (int)(row % heads));
                var past = slots[n] * perSlot + head / (heads / groups) * size;
                Attend((T*)q + row * size, (T*)pastK + past, (T*)pastV + past, (T*)y + row * size, lengths[n] + 1, groups * size, size);
            }
        }
    }

    // softmax(q·K / √D)·V for one head of one token; keys and values lie a stride apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Attend<T>(T* q, T* keys, T* values, T* y, int length, int stride, int size)
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
            var greatest = Vector512.Create(System.Numerics.Tensors.TensorPrimitives.Max(new ReadOnlySpan<float>(weights, length)));
            var total = Vector512<float>.Zero;
            for (var t = 0; t < length; t += Lanes.Width)
            {
                Lanes.Store(weights + t, length - t, Lanes.Exp(Lanes.Load(weights + t, length - t) - greatest));
                total += Lanes.Load(weights + t, length - t); // again: beyond the row's end there is zero, not e⁻ᵐ
            }
            var share = Vector512.Create(1 / Lanes.Sum(total));
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
