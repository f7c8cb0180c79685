namespace Mindwright.Inference.Simd;

/// <summary>
/// Splits the common product of queries, keys and values, normalizes and rotates on the way, and gathers the three gradients into one: a
/// pass over memory each way.
/// </summary>
internal static unsafe class HeadRows
{
    /// <summary>Splits the product.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="qkv">The product <c>[B, T, (H + 2G)·D]</c>.</param>
    /// <param name="queryNorm">Gains of the queries' norm <c>[D]</c>; null where there is none.</param>
    /// <param name="keyNorm">Gains of the keys' norm <c>[D]</c>; null where there is none.</param>
    /// <param name="angles">The rotation of queries and keys.</param>
    /// <param name="q">Receives queries <c>[B, T, H, D]</c>.</param>
    /// <param name="k">Receives keys <c>[B, T, G, D]</c>.</param>
    /// <param name="v">Receives values <c>[B, T, G, D]</c>.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Forward<T>(HeadSizes sizes, T* qkv, float* queryNorm, float* keyNorm, Angles angles, T* q, T* k, T* v, int threads)
        where T : unmanaged, IElement<T>
    {
        var (rows, time, heads, groups, size, epsilon) = sizes;
        Rows.Run(rows, sizes.Stride, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var angle = angles.At(row / time, row % time, size);
                var x = qkv + row * sizes.Stride;
                for (var head = 0; head < heads; head++, x += size)
                    RotatedHead.Forward(x, queryNorm, angle.Cos, angle.Sin, q + (row * heads + head) * size, size, epsilon);
                for (var head = 0; head < groups; head++, x += size)
                    RotatedHead.Forward(x, keyNorm, angle.Cos, angle.Sin, k + (row * groups + head) * size, size, epsilon);
                new Span<T>(x, groups * size).CopyTo(new Span<T>(v + row * groups * size, groups * size));
            }
        });
    }

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="gQ">The queries' gradient <c>[B, T, H, D]</c>.</param>
    /// <param name="gK">The keys' gradient <c>[B, T, G, D]</c>.</param>
    /// <param name="gV">The values' gradient <c>[B, T, G, D]</c>.</param>
    /// <param name="qkv">The product <c>[B, T, (H + 2G)·D]</c>.</param>
    /// <param name="queryNorm">Gains of the queries' norm <c>[D]</c>; null where there is none.</param>
    /// <param name="keyNorm">Gains of the keys' norm <c>[D]</c>; null where there is none.</param>
    /// <param name="angles">The rotation of queries and keys.</param>
    /// <param name="dQkv">Receives the product's gradient.</param>
    /// <param name="dNorms">Gradients of both norms' gains in parts <c>[<see cref="Rows.Blocks"/>, 2·D]</c>, which are added to.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Backward<T>(
        HeadSizes sizes, StridedHeads<T> gQ, StridedHeads<T> gK, StridedHeads<T> gV, T* qkv, float* queryNorm, float* keyNorm, Angles angles,
        T* dQkv, float* dNorms, int threads)
        where T : unmanaged, IElement<T>
    {
        var (rows, time, heads, groups, size, epsilon) = sizes;
        Rows.Run(rows, sizes.Stride, threads, (block, from, to) =>
        {
            var dw = dNorms + block * 2L * size;
            for (var row = from; row < to; row++)
            {
                var (b, t) = (row / time, row % time);
                var angle = angles.At(b, t, size);
                var x = qkv + row * sizes.Stride;
                var dx = dQkv + row * sizes.Stride;
                for (var head = 0; head < heads; head++, x += size, dx += size)
                    RotatedHead.Backward(gQ.At(b, t, head), x, queryNorm, angle.Cos, angle.Sin, dx, dw, size, epsilon);
                for (var head = 0; head < groups; head++, x += size, dx += size)
                    RotatedHead.Backward(gK.At(b, t, head), x, keyNorm, angle.Cos, angle.Sin, dx, dw + size, size, epsilon);
                for (var head = 0; head < groups; head++, dx += size)
                    new Span<T>(gV.At(b, t, head), size).CopyTo(new Span<T>(dx, size));
            }
        });
    }
}
