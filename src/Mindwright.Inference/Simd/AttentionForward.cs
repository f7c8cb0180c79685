using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>
/// Causal attention of whole rows, a head at a time in a core's cache, in fp32: scores of a few queries at once, never the table of all
/// (Dao et al. 2022, FlashAttention).
/// </summary>
/// <remarks>
/// Queries <c>[B, T, H, D]</c>, keys and values <c>[B, T, G, D]</c>, the output like the queries: as the products around it have them. The work
/// is split by sequence and key head, so the result does not depend on the number of threads.
/// </remarks>
internal static unsafe class AttentionForward
{
    // Of a head: keys, values, queries, scores, output.
    private const int Matrices = 5;

    /// <summary>softmax(Q·Kᵀ / √D)·V.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="q">Queries <c>[B, T, H, D]</c>.</param>
    /// <param name="k">Keys <c>[B, T, G, D]</c>.</param>
    /// <param name="v">Values <c>[B, T, G, D]</c>.</param>
    /// <param name="y">Output <c>[B, T, H, D]</c>.</param>
    /// <param name="logSums">Receives log Σ exp(score) of each query <c>[B, H, T]</c>, for <see cref="AttentionBackward"/>; null where it is not needed.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Run<T>(AttentionSizes sizes, T* q, T* k, T* v, T* y, float* logSums, int threads)
        where T : unmanaged, IElement<T> =>
        AttentionHeads.Share(sizes, Matrices, threads, (b, group, scratch) => Group(sizes, b, group, q, k, v, y, logSums, scratch));

    private static void Group<T>(AttentionSizes sizes, int b, int group, T* q, T* k, T* v, T* y, float* logSums, float* scratch)
        where T : unmanaged, IElement<T>
    {
        var (width, stride) = (sizes.PaddedSize, sizes.ScoreStride);
        var keys = scratch; // transposed: [D, T]
        var values = keys + sizes.Matrix;
        var queries = values + sizes.Matrix;
        var scores = queries + sizes.Matrix;
        var output = scores + sizes.Matrix;
        AttentionHeads.Load(sizes, k + sizes.KeyAt(b, group), sizes.KeyStride, values, 1);
        AttentionHeads.Transpose(sizes, values, keys);
        AttentionHeads.Load(sizes, v + sizes.KeyAt(b, group), sizes.KeyStride, values, 1);
        var sums = stackalloc float[AttentionSizes.BlockRows];
        for (var head = group * sizes.Sharing; head < (group + 1) * sizes.Sharing; head++)
        {
            AttentionHeads.Load(sizes, q + sizes.QueryAt(b, head), sizes.QueryStride, queries, sizes.Scale);
            for (var row = 0; row < sizes.Time; row += AttentionSizes.BlockRows)
            {
                var (rows, from, count) = sizes.Block(b, row);
                Tiles.Multiply(queries + (long)row * width, width, 1, keys + from, stride, scores, stride, rows, count, width, add: false);
                for (var r = 0; r < rows; r++)
                {
                    var score = scores + (long)r * stride;
                    var t = row + r;
                    if (t >= sizes.Time)
                    {
                        new Span<float>(score, count).Clear();
                        continue;
                    }
                    var (max, sum) = Exponentials(score, sizes.First(b, t) - from, t + 1 - from, count);
                    sums[r] = sum;
                    if (logSums is not null)
                        logSums[sizes.SumAt(b, head) + t] = max + MathF.Log(sum);
                }
                Tiles.Multiply(scores, stride, 1, values + (long)from * width, width, output, width, rows, width, count, add: false);
                for (var r = 0; r < rows && row + r < sizes.Time; r++)
                    AttentionHeads.Store(output + (long)r * width, y + sizes.QueryAt(b, head) + (row + r) * sizes.QueryStride, sizes.Size, 1 / sums[r]);
            }
        }
    }

    /// <summary>Turns the scores from lo up to hi into exp(score − greatest), all others into 0; returns the greatest and the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Max, float Sum) Exponentials(float* score, int lo, int hi, int count)
    {
        new Span<float>(score, lo).Fill(float.NegativeInfinity);
        new Span<float>(score + hi, count - hi).Fill(float.NegativeInfinity);
        var greatest = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < count; i += Lanes.Width)
            greatest = Vector512.MaxNative(greatest, Vector512.Load(score + i));
        var max = Lanes.Max(greatest);
        var (shift, sum) = (Vector512.Create(max), Vector512<float>.Zero);
        for (var i = 0; i < count; i += Lanes.Width)
        {
            var e = Lanes.Exp(Vector512.Load(score + i) - shift);
            e.Store(score + i);
            sum += e;
        }
        return (max, Vector512.Sum(sum));
    }
}
