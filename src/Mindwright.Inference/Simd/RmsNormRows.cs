using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>y = x / √(mean(x²) + ε) · w by rows (Zhang and Sennrich 2019), in one pass over a row each way; the gradient needs only the inputs.</summary>
internal static unsafe class RmsNormRows
{
    /// <summary>Normalizes rows.</summary>
    /// <param name="x">Input <c>[rows, columns]</c>.</param>
    /// <param name="weight">Gains <c>[columns]</c>.</param>
    /// <param name="y">Output, like the input; may be the input.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Forward<T>(T* x, float* weight, T* y, long rows, int columns, float epsilon, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, columns, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
                ForwardRow(x + row * columns, weight, y + row * columns, columns, epsilon);
        });

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="g">The output's gradient <c>[rows, columns]</c>.</param>
    /// <param name="x">The input <c>[rows, columns]</c>.</param>
    /// <param name="weight">Gains <c>[columns]</c>.</param>
    /// <param name="dx">Receives the input's gradient.</param>
    /// <param name="dw">The gains' gradient in parts <c>[<see cref="Rows.Blocks"/>, columns]</c>, which is added to; <see cref="Rows.Sum"/> makes it one.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Backward<T>(T* g, T* x, float* weight, T* dx, float* dw, long rows, int columns, float epsilon, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, columns, threads, (block, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var at = row * columns;
                BackwardRow(g + at, x + at, weight, dx + at, dw + (long)block * columns, columns, epsilon);
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRow<T>(T* x, float* weight, T* y, int columns, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var squares = Vector512<float>.Zero;
        for (var i = 0; i < columns; i += Lanes.Width)
        {
            var v = Lanes.Load(x + i, columns - i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
        }
        var scale = Vector512.Create(1 / MathF.Sqrt(Vector512.Sum(squares) / columns + epsilon));
        for (var i = 0; i < columns; i += Lanes.Width)
            Lanes.Store(y + i, columns - i, Lanes.Load(x + i, columns - i) * scale * Lanes.Load(weight + i, columns - i));
    }

    // With r = 1/√(mean(x²) + ε): dx = r·(g·w − x·r²·mean(g·w·x)), dw = Σ g·x·r.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardRow<T>(T* g, T* x, float* weight, T* dx, float* dw, int columns, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var (squares, products) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var i = 0; i < columns; i += Lanes.Width)
        {
            var v = Lanes.Load(x + i, columns - i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
            products = Vector512.FusedMultiplyAdd(Lanes.Load(g + i, columns - i) * Lanes.Load(weight + i, columns - i), v, products);
        }
        var r = 1 / MathF.Sqrt(Vector512.Sum(squares) / columns + epsilon);
        var scale = Vector512.Create(r);
        var pull = Vector512.Create(-r * r * r * (Vector512.Sum(products) / columns));
        for (var i = 0; i < columns; i += Lanes.Width)
        {
            var left = columns - i;
            var (v, grad) = (Lanes.Load(x + i, left), Lanes.Load(g + i, left) * scale);
            Lanes.Store(dw + i, left, Vector512.FusedMultiplyAdd(grad, v, Lanes.Load(dw + i, left)));
            Lanes.Store(dx + i, left, Vector512.FusedMultiplyAdd(v, pull, grad * Lanes.Load(weight + i, left)));
        }
    }
}
