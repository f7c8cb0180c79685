using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>What both passes of attention do with heads: share them among threads, and copy them to and from a core's scratch memory.</summary>
internal static unsafe class AttentionHeads
{
    /// <summary>The work on one key head and the query heads that share it.</summary>
    public delegate void Work(int b, int group, float* scratch);

    /// <summary>Shares the key heads of all sequences among threads, each with scratch memory for a number of matrices of its own.</summary>
    public static void Share(AttentionSizes sizes, int matrices, int threads, Work work) =>
        Rows.Share(sizes.Batch * sizes.Groups, threads, (from, to) =>
        {
            var scratch = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * sizes.Matrix * matrices), 64);
            for (var task = from; task < to; task++)
                work(task / sizes.Groups, task % sizes.Groups, scratch);
            NativeMemory.AlignedFree(scratch);
        });

    /// <summary>A head of a tensor as an fp32 matrix <c>[T, D]</c>, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load<T>(AttentionSizes sizes, T* from, long stride, float* to, float scale)
        where T : unmanaged, IElement<T>
    {
        var factor = Vector512.Create(scale);
        for (var t = 0; t < sizes.Time; t++, from += stride, to += sizes.PaddedSize)
            for (var i = 0; i < sizes.Size; i += Lanes.Width)
                (Lanes.Load(from + i, sizes.Size - i) * factor).Store(to + i);
        NativeMemory.Clear(to, (nuint)(sizeof(float) * sizes.PaddedSize * (sizes.PaddedTime - sizes.Time)));
    }

    /// <summary>A row of fp32, multiplied, as a row of a tensor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store<T>(float* from, T* to, int size, float scale)
        where T : unmanaged, IElement<T>
    {
        var factor = Vector512.Create(scale);
        for (var i = 0; i < size; i += Lanes.Width)
            Lanes.Store(to + i, size - i, Vector512.Load(from + i) * factor);
    }

    /// <summary>The matrix <c>[T, D]</c> as <c>[D, T]</c>, its rows <see cref="AttentionSizes.ScoreStride"/> apart.</summary>
    public static void Transpose(AttentionSizes sizes, float* from, float* to)
    {
        for (var i = 0; i < sizes.PaddedSize; i++)
            for (var t = 0; t < sizes.PaddedTime; t++)
                to[(long)i * sizes.ScoreStride + t] = from[(long)t * sizes.PaddedSize + i];
    }
}
