using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>
/// The gradient of <see cref="AttentionForward"/>, which computes scores anew from the log-sum that was kept of each query
/// (Dao et al. 2022, FlashAttention).
/// </summary>
internal static unsafe class AttentionBackward
{
    // Of a head: those that Group names.
    private const int Matrices = 10;

    /// <summary>Gradients of queries, keys and values.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="q">Queries <c>[B, T, H, D]</c>.</param>
    /// <param name="k">Keys <c>[B, T, G, D]</c>.</param>
    /// <param name="v">Values <c>[B, T, G, D]</c>.</param>
    /// <param name="logSums">What the forward pass kept <c>[B, H, T]</c>.</param>
    /// <param name="g">The output's gradient <c>[B, T, H, D]</c>.</param>
    /// <param name="dQ">Receives the queries' gradient.</param>
    /// <param name="dK">Receives the keys' gradient.</param>
    /// <param name="dV">Receives the values' gradient.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Run<T>(AttentionSizes sizes, T* q, T* k, T* v, float* logSums, T* g, T* dQ, T* dK, T* dV, int threads)
        where T : unmanaged, IElement<T> =>
        AttentionHeads.Share(sizes, Matrices, threads, (b, group, scratch) => Group(sizes, b, group, q, k, v, logSums, g, dQ, dK, dV, scratch));

    // With P the probabilities of a query and g its output's gradient: dV = Pᵀ·g, dP = g·Vᵀ, dS = P∘(dP − Σ P∘dP), dQ = dS·K, dK = dSᵀ·Q.
    private static void Group<T>(
        AttentionSizes sizes, int b, int group, T* q, T* k, T* v, float* logSums, T* g, T* dQ, T* dK, T* dV, float* scratch)
        where T : unmanaged, IElement<T>
    {
        var (width, stride) = (sizes.PaddedSize, sizes.ScoreStride);
        var keys = scratch;
        var keysTurned = keys + sizes.Matrix; // [D, T]
        var valuesTurned = keysTurned + sizes.Matrix;
        var queries = valuesTurned + sizes.Matrix;
        var gradients = queries + sizes.Matrix;
        var dKeys = gradients + sizes.Matrix;
        var dValues = dKeys + sizes.Matrix;
        var scores = dValues + sizes.Matrix;
        var dScores = scores + sizes.Matrix;
        var dQueries = dScores + sizes.Matrix;
        AttentionHeads.Load(sizes, v + sizes.KeyAt(b, group), sizes.KeyStride, keys, 1);
        AttentionHeads.Transpose(sizes, keys, valuesTurned);
        AttentionHeads.Load(sizes, k + sizes.KeyAt(b, group), sizes.KeyStride, keys, 1);
        AttentionHeads.Transpose(sizes, keys, keysTurned);
        NativeMemory.Clear(dKeys, sizeof(float) * (nuint)(2 * sizes.Matrix));
        for (var head = group * sizes.Sharing; head < (group + 1) * sizes.Sharing; head++)
        {
            AttentionHeads.Load(sizes, q + sizes.QueryAt(b, head), sizes.QueryStride, queries, sizes.Scale);
            AttentionHeads.Load(sizes, g + sizes.QueryAt(b, head), sizes.QueryStride, gradients, 1);
            for (var row = 0; row < sizes.Time; row += AttentionSizes.BlockRows)
            {
                var (rows, from, count) = sizes.Block(b, row);
                var query = queries + (long)row * width;
                var gradient = gradients + (long)row * width;
                Tiles.Multiply(query, width, 1, keysTurned + from, stride, scores, stride, rows, count, width, add: false);
                Tiles.Multiply(gradient, width, 1, valuesTurned + from, stride, dScores, stride, rows, count, width, add: false);
                for (var r = 0; r < rows; r++)
                {
                    var score = scores + (long)r * stride;
                    var dScore = dScores + (long)r * stride;
                    var t = row + r;
                    if (t < sizes.Time)
                    {
                        Softmax(score, dScore, sizes.First(b, t) - from, t + 1 - from, count, logSums[sizes.SumAt(b, head) + t]);
                        continue;
                    }
                    new Span<float>(score, count).Clear();
                    new Span<float>(dScore, count).Clear();
                }
                Tiles.Multiply(scores, 1, stride, gradient, width, dValues + (long)from * width, width, count, width, rows, add: true);
                Tiles.Multiply(dScores, 1, stride, query, width, dKeys + (long)from * width, width, count, width, rows, add: true);
                Tiles.Multiply(dScores, stride, 1, keys + (long)from * width, width, dQueries, width, rows, width, count, add: false);
                for (var r = 0; r < rows && row + r < sizes.Time; r++)
                    AttentionHeads.Store(dQueries + (long)r * width, dQ + sizes.QueryAt(b, head) + (row + r) * sizes.QueryStride, sizes.Size, sizes.Scale);
            }
        }
        for (var t = 0; t < sizes.Time; t++)
        {
            AttentionHeads.Store(dKeys + (long)t * width, dK + sizes.KeyAt(b, group) + t * sizes.KeyStride, sizes.Size, 1);
            AttentionHeads.Store(dValues + (long)t * width, dV + sizes.KeyAt(b, group) + t * sizes.KeyStride, sizes.Size, 1);
        }
    }

    /// <summary>Turns scores into probabilities, and the gradients of probabilities into those of scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* score, float* dScore, int lo, int hi, int count, float logSum)
    {
        new Span<float>(score, lo).Fill(float.NegativeInfinity);
        new Span<float>(score + hi, count - hi).Fill(float.NegativeInfinity);
        var (shift, products) = (Vector512.Create(logSum), Vector512<float>.Zero);
        for (var i = 0; i < count; i += Lanes.Width)
        {
            var p = Lanes.Exp(Vector512.Load(score + i) - shift);
            p.Store(score + i);
            products = Vector512.FusedMultiplyAdd(p, Vector512.Load(dScore + i), products);
        }
        var mean = Vector512.Create(Vector512.Sum(products));
        for (var i = 0; i < count; i += Lanes.Width)
            (Vector512.Load(score + i) * (Vector512.Load(dScore + i) - mean)).Store(dScore + i);
    }
}
