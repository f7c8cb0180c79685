using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary><see cref="SwiGluRows"/> as an autograd function; the backward pass needs only the input.</summary>
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
        if (x.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return [dx];

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            SwiGluRows.Backward(
                TensorStorage.Pointer<T>(g), TensorStorage.Pointer<T>(x), TensorStorage.Pointer<T>(dx), rows, inner, get_num_threads());
    });

    private static Tensor Forward(Tensor x)
    {
        var (rows, inner) = Sizes(x);
        using var _ = OperationProfile.Time("swiglu", 0, 1.5 * x.element_size() * x.NumberOfElements);
        var y = empty([.. x.shape[..^1], inner], x.dtype, CPU);
        if (x.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return y;

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            SwiGluRows.Forward(TensorStorage.Pointer<T>(x), TensorStorage.Pointer<T>(y), rows, inner, get_num_threads());
    }

    private static (long Rows, int Inner) Sizes(Tensor x) => (x.NumberOfElements / x.shape[^1], (int)(x.shape[^1] / 2));
}
