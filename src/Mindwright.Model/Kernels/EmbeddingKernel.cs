using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Rows of a table; the backward pass adds to the rows that were read, and touches no others.</summary>
internal sealed unsafe class EmbeddingKernel : autograd.SingleTensorFunction<EmbeddingKernel>
{
    public override string Name => nameof(EmbeddingKernel);

    /// <summary>ids <c>[N]</c>, table <c>[V, C]</c> → <c>[N, C]</c>.</summary>
    public static Tensor Run(Tensor ids, Parameter table) =>
        Fused.NeedsGradient(table.Value) ? apply(ids, table.Value, table) : table.Value.index_select(0, ids);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (ids, value) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([ids]);
        ctx.save_data("table", vars[2]);
        return value.index_select(0, ids);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        ((Parameter)ctx.get_data("table")).AddRows(ctx.get_saved_variables()[0], incoming.contiguous());
        return [null, null, null];
    });

    /// <summary>Adds gradients <c>[N, C]</c> to the rows of a sum <c>[V, C]</c> fp32, in order.</summary>
    public static void AddRows(Tensor ids, Tensor gradients, Tensor sum)
    {
        var (count, columns) = (ids.NumberOfElements, (int)sum.shape[1]);
        var idAt = (long*)TensorStorage.Address(ids);
        var from = TensorStorage.Address(gradients);
        var to = (float*)TensorStorage.Address(sum);
        using var _ = OperationProfile.Time("embedding, gradient", 0, count * columns * (8.0 + gradients.element_size()));
        for (var n = 0L; n < count; n++)
        {
            if (gradients.dtype == ScalarType.BFloat16)
                AddRow((Brain16*)from + n * columns, to + idAt[n] * columns, columns);
            else
                AddRow((Single32*)from + n * columns, to + idAt[n] * columns, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T>(T* from, float* to, int columns)
        where T : unmanaged, IElement<T>
    {
        for (var i = 0; i < columns; i += Lanes.Width)
            Lanes.Store(to + i, columns - i, Lanes.Load(to + i, columns - i) + Lanes.Load(from + i, columns - i));
    }
}
