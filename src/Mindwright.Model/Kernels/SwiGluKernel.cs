using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>silu(gate)·up over rows that hold gate and up side by side, without a copy of either; the backward pass needs only the input.</summary>
internal sealed unsafe class SwiGluKernel : autograd.SingleTensorFunction<SwiGluKernel>
{
    public override string Name => nameof(SwiGluKernel);

    public static Tensor Run(Tensor gateUp) => Fused.NeedsGradient(gateUp) ? apply(gateUp) : Forward(gateUp);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var gateUp = (Tensor)vars[0];
        ctx.save_for_backward([gateUp]);
        return Forward(gateUp);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        var x = ctx.get_saved_variables()[0];
        var (rows, inner) = Sizes(x);
        var g = incoming.contiguous();
        var dx = empty_like(x);
        using var _ = OperationProfile.Time("swiglu, gradient", 0, 2.5 * x.element_size() * x.NumberOfElements);
        var (gAt, xAt, dxAt) = (TensorStorage.Address(g), TensorStorage.Address(x), TensorStorage.Address(dx));
        var isBrain = x.dtype == ScalarType.BFloat16;
        Rows.Run(rows, 2 * inner, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var at = row * inner;
                if (isBrain)
                    BackwardRow((Brain16*)gAt + at, (Brain16*)xAt + 2 * at, (Brain16*)dxAt + 2 * at, inner);
                else
                    BackwardRow((Single32*)gAt + at, (Single32*)xAt + 2 * at, (Single32*)dxAt + 2 * at, inner);
            }
        });
        return [dx];
    });

    private static Tensor Forward(Tensor x)
    {
        var (rows, inner) = Sizes(x);
        using var _ = OperationProfile.Time("swiglu", 0, 1.5 * x.element_size() * x.NumberOfElements);
        var y = empty([.. x.shape[..^1], inner], x.dtype, CPU);
        var (xAt, yAt) = (TensorStorage.Address(x), TensorStorage.Address(y));
        var isBrain = x.dtype == ScalarType.BFloat16;
        Rows.Run(rows, 2 * inner, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var at = row * inner;
                if (isBrain)
                    ForwardRow((Brain16*)xAt + 2 * at, (Brain16*)yAt + at, inner);
                else
                    ForwardRow((Single32*)xAt + 2 * at, (Single32*)yAt + at, inner);
            }
        });
        return y;
    }

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

    private static (long Rows, int Inner) Sizes(Tensor x) => (x.NumberOfElements / x.shape[^1], (int)(x.shape[^1] / 2));
}
