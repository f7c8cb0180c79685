using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary><see cref="HeadRows"/> as an autograd function. Sizes: see <see cref="Kernels.QueriesKeysValues"/>.</summary>
internal sealed unsafe class QueriesKeysValuesKernel : autograd.MultiTensorFunction<QueriesKeysValuesKernel>
{
    private const int MaxHeadSize = 1024;

    public override string Name => nameof(QueriesKeysValuesKernel);

    public static bool Handles(Tensor qkv, Tensor? queryNorm, Tensor? keyNorm, Rotation? rotation) =>
        Fused.Handles(qkv) && IsWide(queryNorm) && IsWide(keyNorm) && IsWide(rotation?.Cos) && IsWide(rotation?.Sin);

    public static (Tensor Queries, Tensor Keys, Tensor Values) Run(
        Tensor qkv, int heads, int groups, Tensor? queryNorm, Tensor? keyNorm, double epsilon, Rotation? rotation)
    {
        var sizes = new HeadSizes(
            qkv.shape[0] * qkv.shape[1], qkv.shape[1], heads, groups, (int)qkv.shape[^1] / (heads + 2 * groups), (float)epsilon);
        if (sizes.Size > MaxHeadSize)
            throw new ArgumentException($"heads of {sizes.Size} channels are too wide; at most {MaxHeadSize} are handled", nameof(qkv));
        var outputs = Fused.NeedsGradient(qkv, queryNorm, keyNorm)
            ? apply(qkv, queryNorm!, keyNorm!, rotation?.Cos!, rotation?.Sin!, sizes)
            : Forward(qkv, queryNorm, keyNorm, rotation?.Cos, rotation?.Sin, sizes);
        return (outputs[0], outputs[1], outputs[2]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var tensors = vars[..5].Select(v => v as Tensor).ToList();
        var sizes = (HeadSizes)vars[5];
        ctx.save_for_backward(tensors!);
        ctx.save_data("sizes", sizes);
        return Forward(tensors[0]!, tensors[1], tensors[2], tensors[3], tensors[4], sizes);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => Fused.Backward(() =>
    {
        using var queries = grad_outputs[0];
        using var keys = grad_outputs[1];
        using var values = grad_outputs[2];
        var saved = ctx.get_saved_variables();
        var sizes = (HeadSizes)ctx.get_data("sizes");
        var qkv = saved[0];
        using var _ = OperationProfile.Time("queries, keys, values, gradient", 0, 3 * qkv.element_size() * (double)qkv.NumberOfElements);
        var dQkv = empty_like(qkv);
        var partial = zeros([Rows.Blocks(sizes.Rows), 2L * sizes.Size], ScalarType.Float32, CPU); // gradients of the norms' gains
        var (qNorm, kNorm) = (saved[1], saved[2]);
        if (qkv.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        var dNorms = Fused.Sum(partial);
        return [dQkv, qNorm is null ? null : dNorms.narrow(0, 0, sizes.Size), kNorm is null ? null : dNorms.narrow(0, sizes.Size, sizes.Size), null, null, null];

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            HeadRows.Backward(
                sizes, Strided<T>(queries), Strided<T>(keys), Strided<T>(values), TensorStorage.Pointer<T>(qkv), AddressOrNull(qNorm), AddressOrNull(kNorm),
                Rotated(saved[3], saved[4]), TensorStorage.Pointer<T>(dQkv), TensorStorage.Pointer<float>(partial), get_num_threads());
    });

    private static List<Tensor> Forward(Tensor qkv, Tensor? queryNorm, Tensor? keyNorm, Tensor? cos, Tensor? sin, HeadSizes sizes)
    {
        var (batch, time) = (qkv.shape[0], qkv.shape[1]);
        using var _ = OperationProfile.Time("queries, keys, values", 0, 2 * qkv.element_size() * (double)qkv.NumberOfElements);
        var q = empty([batch, time, sizes.Heads, sizes.Size], qkv.dtype, CPU);
        var k = empty([batch, time, sizes.Groups, sizes.Size], qkv.dtype, CPU);
        var v = empty([batch, time, sizes.Groups, sizes.Size], qkv.dtype, CPU);
        if (qkv.dtype == ScalarType.BFloat16)
            Run<Brain16>();
        else
            Run<Single32>();
        return [q, k, v];

        void Run<T>()
            where T : unmanaged, IElement<T> =>
            HeadRows.Forward(
                sizes, TensorStorage.Pointer<T>(qkv), AddressOrNull(queryNorm), AddressOrNull(keyNorm), Rotated(cos, sin),
                TensorStorage.Pointer<T>(q), TensorStorage.Pointer<T>(k), TensorStorage.Pointer<T>(v), get_num_threads());
    }

    /// <summary>Cosines and sines <c>[B or 1, T, 1, D/2]</c>.</summary>
    private static Angles Rotated(Tensor? cos, Tensor? sin) =>
        new(AddressOrNull(cos), AddressOrNull(sin), cos is null || cos.shape[0] == 1 ? 0 : cos.shape[1] * cos.shape[3]);

    /// <summary>A gradient <c>[B, T, heads, D]</c> as attention returns it: channels side by side, other strides as they are.</summary>
    private static StridedHeads<T> Strided<T>(Tensor gradient)
        where T : unmanaged
    {
        var tensor = gradient.stride(3) == 1 ? gradient : gradient.contiguous();
        return new(TensorStorage.Pointer<T>(tensor), tensor.stride(0), tensor.stride(1), tensor.stride(2));
    }

    private static float* AddressOrNull(Tensor? tensor) => tensor is null ? null : TensorStorage.Pointer<float>(tensor);

    private static bool IsWide(Tensor? tensor) => tensor is null || (Fused.Handles(tensor) && tensor.dtype == ScalarType.Float32);
}
