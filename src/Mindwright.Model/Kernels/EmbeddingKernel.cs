using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Rows of a table; the backward pass adds to the rows that were read, and touches no others.</summary>
internal sealed class EmbeddingKernel : autograd.SingleTensorFunction<EmbeddingKernel>
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
}
