using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Causal attention of whole rows, a head at a time in a core's cache, in fp32: scores of a few queries at once, never the table of all.
/// The backward pass computes them anew from the log-sum that the forward pass kept of each query (Dao et al. 2022, FlashAttention).
/// </summary>
/// <remarks>
/// Queries <c>[B, T, H, D]</c>, keys and values <c>[B, T, G, D]</c>, the output like the queries: as the products around it have them. The work
/// is split by sequence and key head, so the result does not depend on the number of threads.
/// </remarks>
internal sealed unsafe class AttentionKernel : autograd.SingleTensorFunction<AttentionKernel>
{
    public override string Name => nameof(AttentionKernel);

    public static bool Handles(Tensor queries, Tensor keys, Tensor values) =>
        Fused.Handles(queries) && Fused.Handles(keys) && Fused.Handles(values) && keys.shape[1] == queries.shape[1];

    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values.</param>
    /// <param name="first">The first token that each token attends to <c>[B·T]</c>, never falling within a row; null for the row's first.</param>
    public static Tensor Run(Tensor queries, Tensor keys, Tensor values, int[]? first)
    {
        var sizes = new AttentionSizes(queries, keys, first);
        return Fused.NeedsGradient(queries, keys, values) ? apply(queries, keys, values, sizes) : Forward(queries, keys, values, sizes, null);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (queries, keys, values, sizes) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (AttentionSizes)vars[3]);
        var logSums = empty([sizes.Batch, sizes.Heads, sizes.Time], ScalarType.Float32, CPU);
        ctx.save_for_backward([queries, keys, values, logSums]);
        ctx.save_data("sizes", sizes);
        return Forward(queries, keys, values, sizes, logSums);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        var saved = ctx.get_saved_variables();
        var sizes = (AttentionSizes)ctx.get_data("sizes");
        var g = incoming.contiguous();
        var (dQueries, dKeys, dValues) = (empty_like(saved[0]), empty_like(saved[1]), empty_like(saved[2]));
        var (q, k, v) = (TensorStorage.Address(saved[0]), TensorStorage.Address(saved[1]), TensorStorage.Address(saved[2]));
        var logSums = (float*)TensorStorage.Address(saved[3]);
        var (gAt, dQ, dK, dV) = (TensorStorage.Address(g), TensorStorage.Address(dQueries), TensorStorage.Address(dKeys), TensorStorage.Address(dValues));
        using var _ = OperationProfile.Time("attention, gradient", 2.5 * sizes.Flops, 3 * sizes.Bytes(g.element_size()));
        var isBrain = g.dtype == ScalarType.BFloat16;
        Groups(sizes, matrices: 10, (b, group, scratch) =>
        {
            if (isBrain)
                BackwardGroup(sizes, b, group, (Brain16*)q, (Brain16*)k, (Brain16*)v, logSums, (Brain16*)gAt, (Brain16*)dQ, (Brain16*)dK, (Brain16*)dV, scratch);
            else
                BackwardGroup(sizes, b, group, (Single32*)q, (Single32*)k, (Single32*)v, logSums, (Single32*)gAt, (Single32*)dQ, (Single32*)dK, (Single32*)dV, scratch);
        });
        return [dQueries, dKeys, dValues, null];
    });

    private static Tensor Forward(Tensor queries, Tensor keys, Tensor values, AttentionSizes sizes, Tensor? logSums)
    {
        var output = empty_like(queries);
        using var _ = OperationProfile.Time("attention", sizes.Flops, sizes.Bytes(queries.element_size()));
        var (q, k, v, y) = (TensorStorage.Address(queries), TensorStorage.Address(keys), TensorStorage.Address(values), TensorStorage.Address(output));
        var sums = logSums is null ? null : (float*)TensorStorage.Address(logSums);
        var isBrain = queries.dtype == ScalarType.BFloat16;
        Groups(sizes, matrices: 5, (b, group, scratch) =>
        {
            if (isBrain)
                ForwardGroup(sizes, b, group, (Brain16*)q, (Brain16*)k, (Brain16*)v, (Brain16*)y, sums, scratch);
            else
                ForwardGroup(sizes, b, group, (Single32*)q, (Single32*)k, (Single32*)v, (Single32*)y, sums, scratch);
        });
        return output;
    }

    private static void ForwardGroup<T>(AttentionSizes sizes, int b, int group, T* q, T* k, T* v, T* y, float* logSums, float* scratch)
        where T : unmanaged, IElement<T>
    {
        var (width, stride) = (sizes.PaddedSize, sizes.ScoreStride);
        var keys = scratch; // transposed: [D, T]
        var values = keys + sizes.Matrix;
        var queries = values + sizes.Matrix;
        var scores = queries + sizes.Matrix;
        var output = scores + sizes.Matrix;
        Load(sizes, k + sizes.KeyAt(b, group), sizes.KeyStride, values, 1);
        Transpose(sizes, values, keys);
        Load(sizes, v + sizes.KeyAt(b, group), sizes.KeyStride, values, 1);
        var sums = stackalloc float[AttentionSizes.BlockRows];
        for (var head = group * sizes.Sharing; head < (group + 1) * sizes.Sharing; head++)
        {
            Load(sizes, q + sizes.QueryAt(b, head), sizes.QueryStride, queries, sizes.Scale);
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
                    Store(output + (long)r * width, y + sizes.QueryAt(b, head) + (row + r) * sizes.QueryStride, sizes.Size, 1 / sums[r]);
            }
        }
    }

    // With P the probabilities of a query and g its output's gradient: dV = Pᵀ·g, dP = g·Vᵀ, dS = P∘(dP − Σ P∘dP), dQ = dS·K, dK = dSᵀ·Q.
    private static void BackwardGroup<T>(
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
        Load(sizes, v + sizes.KeyAt(b, group), sizes.KeyStride, keys, 1);
        Transpose(sizes, keys, valuesTurned);
        Load(sizes, k + sizes.KeyAt(b, group), sizes.KeyStride, keys, 1);
        Transpose(sizes, keys, keysTurned);
        NativeMemory.Clear(dKeys, sizeof(float) * (nuint)(2 * sizes.Matrix));
        for (var head = group * sizes.Sharing; head < (group + 1) * sizes.Sharing; head++)
        {
            Load(sizes, q + sizes.QueryAt(b, head), sizes.QueryStride, queries, sizes.Scale);
            Load(sizes, g + sizes.QueryAt(b, head), sizes.QueryStride, gradients, 1);
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
                    Store(dQueries + (long)r * width, dQ + sizes.QueryAt(b, head) + (row + r) * sizes.QueryStride, sizes.Size, sizes.Scale);
            }
        }
        for (var t = 0; t < sizes.Time; t++)
        {
            Store(dKeys + (long)t * width, dK + sizes.KeyAt(b, group) + t * sizes.KeyStride, sizes.Size, 1);
            Store(dValues + (long)t * width, dV + sizes.KeyAt(b, group) + t * sizes.KeyStride, sizes.Size, 1);
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

    /// <summary>A head of a tensor as an fp32 matrix <c>[T, D]</c>, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load<T>(AttentionSizes sizes, T* from, long stride, float* to, float scale)
        where T : unmanaged, IElement<T>
    {
        var factor = Vector512.Create(scale);
        for (var t = 0; t < sizes.Time; t++, from += stride, to += sizes.PaddedSize)
            for (var i = 0; i < sizes.Size; i += Lanes.Width)
                (Lanes.Load(from + i, sizes.Size - i) * factor).Store(to + i);
        NativeMemory.Clear(to, (nuint)(sizeof(float) * sizes.PaddedSize * (sizes.PaddedTime - sizes.Time)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<T>(float* from, T* to, int size, float scale)
        where T : unmanaged, IElement<T>
    {
        var factor = Vector512.Create(scale);
        for (var i = 0; i < size; i += Lanes.Width)
            Lanes.Store(to + i, size - i, Vector512.Load(from + i) * factor);
    }

    private static void Transpose(AttentionSizes sizes, float* from, float* to)
    {
        for (var i = 0; i < sizes.PaddedSize; i++)
            for (var t = 0; t < sizes.PaddedTime; t++)
                to[(long)i * sizes.ScoreStride + t] = from[(long)t * sizes.PaddedSize + i];
    }

    private static void Groups(AttentionSizes sizes, int matrices, GroupWork work) =>
        Rows.Share(sizes.Batch * sizes.Groups, (from, to) =>
        {
            var scratch = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * sizes.Matrix * matrices), 64);
            for (var task = from; task < to; task++)
                work(task / sizes.Groups, task % sizes.Groups, scratch);
            NativeMemory.AlignedFree(scratch);
        });

    private delegate void GroupWork(int b, int group, float* scratch);
}
