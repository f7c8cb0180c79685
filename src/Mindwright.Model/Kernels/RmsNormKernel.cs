using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>x / √(mean(x²) + ε) · w over the last dimension, in one pass a row each way; the backward pass needs only the inputs.</summary>
internal sealed unsafe class RmsNormKernel : autograd.SingleTensorFunction<RmsNormKernel>
{
    public override string Name => nameof(RmsNormKernel);

    public static bool Handles(Tensor x, Tensor weight) =>
        Fused.Handles(x) && Fused.Handles(weight) && weight.dtype == ScalarType.Float32;

    public static Tensor Run(Tensor x, Tensor weight, double epsilon) =>
        Fused.NeedsGradient(x, weight) ? apply(x, weight, epsilon) : Forward(x, weight, epsilon);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data("epsilon", epsilon);
        return Forward(x, weight, epsilon);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        var saved = ctx.get_saved_variables();
        var (x, weight, epsilon) = (saved[0], saved[1], (double)ctx.get_data("epsilon"));
        var (rows, columns) = Sizes(x);
        var g = incoming.contiguous();
        var dx = empty_like(x);
        using var _ = OperationProfile.Time("norm, gradient", 0, 3 * x.element_size() * (double)x.NumberOfElements);
        var partial = zeros([Rows.Blocks(rows), columns], ScalarType.Float32, CPU);
        var (gAt, xAt, dxAt) = (TensorStorage.Address(g), TensorStorage.Address(x), TensorStorage.Address(dx));
        var wAt = (float*)TensorStorage.Address(weight);
        var partialAt = (float*)TensorStorage.Address(partial);
        var isBrain = x.dtype == ScalarType.BFloat16;
        Rows.Run(rows, columns, (block, from, to) =>
        {
            var dw = partialAt + (long)block * columns;
            for (var row = from; row < to; row++)
            {
                var at = row * columns;
                if (isBrain)
                    BackwardRow((Brain16*)gAt + at, (Brain16*)xAt + at, wAt, (Brain16*)dxAt + at, dw, columns, (float)epsilon);
                else
                    BackwardRow((Single32*)gAt + at, (Single32*)xAt + at, wAt, (Single32*)dxAt + at, dw, columns, (float)epsilon);
            }
        });
        return [dx, Rows.Sum(partial), null];
    });

    private static Tensor Forward(Tensor x, Tensor weight, double epsilon)
    {
        var (rows, columns) = Sizes(x);
        var y = empty_like(x);
        using var _ = OperationProfile.Time("norm", 0, 2 * x.element_size() * (double)x.NumberOfElements);
        var (xAt, yAt) = (TensorStorage.Address(x), TensorStorage.Address(y));
        var wAt = (float*)TensorStorage.Address(weight);
        var isBrain = x.dtype == ScalarType.BFloat16;
        Rows.Run(rows, columns, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var at = row * columns;
                if (isBrain)
                    ForwardRow((Brain16*)xAt + at, wAt, (Brain16*)yAt + at, columns, (float)epsilon);
                else
                    ForwardRow((Single32*)xAt + at, wAt, (Single32*)yAt + at, columns, (float)epsilon);
            }
        });
        return y;
    }

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

    private static (long Rows, int Columns) Sizes(Tensor x) => (x.NumberOfElements / x.shape[^1], (int)x.shape[^1]);
}
