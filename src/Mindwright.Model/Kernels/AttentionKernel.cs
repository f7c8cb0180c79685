using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary><see cref="AttentionForward"/> and <see cref="AttentionBackward"/> as an autograd function.</summary>
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
        var shape = queries.shape;
        var sizes = new AttentionSizes((int)shape[0], (int)shape[1], (int)shape[2], (int)keys.shape[2], (int)shape[3], first);
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
        using var _ = OperationProfile.Time("attention, gradient", 2.5 * sizes.Flops, 3 * sizes.Bytes(g.element_size()));
        if (g.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return [dQueries, dKeys, dValues, null];

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            AttentionBackward.Run(
                sizes, TensorStorage.Pointer<T>(saved[0]), TensorStorage.Pointer<T>(saved[1]), TensorStorage.Pointer<T>(saved[2]),
                TensorStorage.Pointer<float>(saved[3]), TensorStorage.Pointer<T>(g),
                TensorStorage.Pointer<T>(dQueries), TensorStorage.Pointer<T>(dKeys), TensorStorage.Pointer<T>(dValues), get_num_threads());
    });

    private static Tensor Forward(Tensor queries, Tensor keys, Tensor values, AttentionSizes sizes, Tensor? logSums)
    {
        var output = empty_like(queries);
        using var _ = OperationProfile.Time("attention", sizes.Flops, sizes.Bytes(queries.element_size()));
        if (queries.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return output;

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            AttentionForward.Run(
                sizes, TensorStorage.Pointer<T>(queries), TensorStorage.Pointer<T>(keys), TensorStorage.Pointer<T>(values), TensorStorage.Pointer<T>(output),
                logSums is null ? null : TensorStorage.Pointer<float>(logSums), get_num_threads());
    }
}
