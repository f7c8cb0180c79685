using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>silu(gate)·up over rows that hold gate and up side by side (Shazeer 2020), without a copy of either; the gradient needs only the input.</summary>
internal static unsafe class SwiGluRows
{
    /// <summary>Computes <c>[rows, 2·inner]</c> → <c>[rows, inner]</c>.</summary>
    /// <param name="x">Gates and ups <c>[rows, 2·inner]</c>.</param>
    /// <param name="y">Output <c>[rows, inner]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inner">Elements of an output row.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Forward<T>(T* x, T* y, long rows, int inner, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, 2L * inner, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
                ForwardRow(x + 2 * row * inner, y + row * inner, inner);
        });

    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    /// <param name="g">The output's gradient <c>[rows, inner]</c>.</param>
    /// <param name="x">The input <c>[rows, 2·inner]</c>.</param>
    /// <param name="dx">Receives its gradient.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inner">Elements of an output row.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Backward<T>(T* g, T* x, T* dx, long rows, int inner, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, 2L * inner, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
                BackwardRow(g + row * inner, x + 2 * row * inner, dx + 2 * row * inner, inner);
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRow<T>(T* x, T* y, int inner)
        where T : unmanaged, IElement<T>
    {
        for (var i = 0; i < inner; i += Lanes.Width)
        {
            var left = inner - i;
            var gate = Lanes.Load(x + i, left);
            Lanes.Store(y + i, left, gate * Lanes.Load(x + inner + i, left) / (Vector512<float>.One + Lanes.Exp(-gate)));
        }
    }

    // With s = σ(gate): d gate = g·up·s·(1 + gate·(1 − s)), d up = g·gate·s.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardRow<T>(T* g, T* x, T* dx, int inner)
        where T : unmanaged, IElement<T>
    {
        var one = Vector512<float>.One;
        for (var i = 0; i < inner; i += Lanes.Width)
        {
            var left = inner - i;
            var (gate, up) = (Lanes.Load(x + i, left), Lanes.Load(x + inner + i, left));
            var s = one / (one + Lanes.Exp(-gate));
            var grad = Lanes.Load(g + i, left) * s;
            Lanes.Store(dx + i, left, grad * up * Vector512.FusedMultiplyAdd(gate, one - s, one));
            Lanes.Store(dx + inner + i, left, grad * gate);
        }
    }
}
