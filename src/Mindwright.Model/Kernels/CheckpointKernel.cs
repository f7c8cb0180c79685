using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Runs a part of the model without keeping its activations; the backward pass runs it again (Chen et al. 2016, "Training deep nets with
/// sublinear memory cost").
/// </summary>
internal sealed class CheckpointKernel : autograd.SingleTensorFunction<CheckpointKernel>
{
    public override string Name => nameof(CheckpointKernel);

    public static Tensor Run(Tensor x, Func<Tensor, Tensor> part)
    {
        if (!is_grad_enabled())
            return part(x);
        // The part's parameters are trained even where its input needs no gradient; this makes the backward pass come by.
        var anchor = zeros(1).requires_grad_(true);
        return apply(x, anchor, part);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, part) = ((Tensor)vars[0], (Func<Tensor, Tensor>)vars[2]);
        ctx.save_for_backward([x]);
        ctx.save_data("part", part);
        ctx.save_data("needs", x.requires_grad);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return part(x).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        using var _ = enable_grad();
        var x = ctx.get_saved_variables()[0].detach().requires_grad_((bool)ctx.get_data("needs"));
        var y = ((Func<Tensor, Tensor>)ctx.get_data("part"))(x);
        y.backward([incoming]);
        return [x.grad, null, null];
    });
}
