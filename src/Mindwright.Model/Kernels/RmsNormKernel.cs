using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary><see cref="RmsNormRows"/> as an autograd function, over the last dimension; the backward pass needs only the inputs.</summary>
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
        if (x.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return [dx, Fused.Sum(partial), null];

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            RmsNormRows.Backward(
                TensorStorage.Pointer<T>(g), TensorStorage.Pointer<T>(x), TensorStorage.Pointer<float>(weight), TensorStorage.Pointer<T>(dx),
                TensorStorage.Pointer<float>(partial), rows, columns, (float)epsilon, get_num_threads());
    });

    private static Tensor Forward(Tensor x, Tensor weight, double epsilon)
    {
        var (rows, columns) = Sizes(x);
        var y = empty_like(x);
        using var _ = OperationProfile.Time("norm", 0, 2 * x.element_size() * (double)x.NumberOfElements);
        if (x.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return y;

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            RmsNormRows.Forward(
                TensorStorage.Pointer<T>(x), TensorStorage.Pointer<float>(weight), TensorStorage.Pointer<T>(y), rows, columns, (float)epsilon, get_num_threads());
    }

    private static (long Rows, int Columns) Sizes(Tensor x) => (x.NumberOfElements / x.shape[^1], (int)x.shape[^1]);
}
