using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Mindwright.Model;

/// <summary>x·Wᵀ + b, whose backward pass writes the weights' gradient into the flat buffer.</summary>
internal sealed class LinearKernel : autograd.SingleTensorFunction<LinearKernel>
{
    public override string Name => nameof(LinearKernel);

    public static Tensor Run(Tensor x, Parameter weight, Tensor? bias) =>
        Fused.NeedsGradient(x, weight.Value, bias) ? apply(x, weight.Value, bias!, weight) : Forward(x, weight.Value, bias);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], vars[2] as Tensor);
        ctx.save_for_backward([x, weight]);
        ctx.save_data("weight", vars[3]);
        ctx.save_data("needs", (x.requires_grad, bias is not null));
        return Forward(x, weight, bias);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        var saved = ctx.get_saved_variables();
        var (x, weight) = (saved[0], saved[1]);
        var (needsInput, hasBias) = ((bool, bool))ctx.get_data("needs");
        var g = incoming.reshape(-1, weight.shape[0]); // [N, out]
        var parameter = (Parameter)ctx.get_data("weight");
        if (parameter.IsTrained)
            parameter.AddProduct(g, x.view(-1, weight.shape[1]));
        return [needsInput ? InputGradient(g, weight).view(x.shape) : null, null, hasBias ? g.to(ScalarType.Float32).sum([0L]) : null, null];
    });

    private static Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        using var _ = OperationProfile.TimeProduct("product", x.NumberOfElements / weight.shape[1], weight);
        return Functional.linear(x, weight, bias?.to(weight.dtype));
    }

    private static Tensor InputGradient(Tensor g, Tensor weight)
    {
        using var _ = OperationProfile.TimeProduct("product, input gradient", g.shape[0], weight);
        return g.mm(weight);
    }
}
