using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary><see cref="DecodeAttention"/> over tensors.</summary>
internal static unsafe class DecodeAttentionKernel
{
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
        var sizes = new CacheSizes((int)queries.shape[2], (int)cachedKeys.shape[2], (int)queries.shape[3], (int)cachedKeys.shape[1]);
        var output = empty([slots.Length, 1, sizes.Heads * sizes.Size], queries.dtype, CPU);
        if (queries.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return output;

        void Run<T>()
            where T : unmanaged, IElement<T>
        {
            T* pastK = TensorStorage.Pointer<T>(cachedKeys), pastV = TensorStorage.Pointer<T>(cachedValues);
            DecodeAttention.Append(sizes, TensorStorage.Pointer<T>(keys), pastK, slots, lengths);
            DecodeAttention.Append(sizes, TensorStorage.Pointer<T>(values), pastV, slots, lengths);
            DecodeAttention.Run(
                sizes, TensorStorage.Pointer<T>(queries), pastK, pastV, TensorStorage.Pointer<T>(output), slots, lengths, get_num_threads());
        }
    }
}
