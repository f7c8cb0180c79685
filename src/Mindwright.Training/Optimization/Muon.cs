using Mindwright.Inference.Files;
using Mindwright.Model;
using static TorchSharp.torch;

namespace Mindwright.Training.Optimization;

/// <summary>
/// Momentum, orthogonalised: each matrix moves by the nearest (semi-)orthogonal matrix to its Nesterov momentum, so every
/// direction learns at the same pace.
/// </summary>
/// <remarks>
/// Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", with its quintic Newton–Schulz iteration;
/// the update's size follows its rows and columns as there: √max(1, rows/columns). Matrices of equal shape are handled in one batch.
/// </remarks>
internal sealed class Muon
{
    private readonly FlatParameters _weights;
    private readonly Tensor _momentum;
    private readonly IReadOnlyList<Placement[]> _groups;

    public Muon(FlatParameters weights, Tensor momentum)
    {
        _weights = weights;
        _momentum = momentum;
        _groups = [.. weights.Parts.Where(p => p.Kind == ParameterKind.Matrix).GroupBy(p => (p.Shape[0], p.Shape[1])).Select(g => g.ToArray())];
    }

    public void Step(double rate, double momentum, double gradientScale)
    {
        var (offset, count) = _weights.Slice(ParameterKind.Matrix);
        using var scope = NewDisposeScope();
        using var _ = OperationProfile.Time("muon", 0, 28.0 * count);
        var gradients = _weights.Gradients!.narrow(0, offset, count);
        var mean = _momentum.narrow(0, offset, count);
        mean.mul_(momentum).add_(gradients, (1 - momentum) * gradientScale);
        var nesterov = mean.mul(momentum).add_(gradients, (1 - momentum) * gradientScale); // [matrix elements]
        foreach (var group in _groups)
        {
            using var inner = NewDisposeScope();
            var (rows, columns) = (group[0].Shape[0], group[0].Shape[1]);
            var updates = Orthogonalize(stack(group.Select(p => nesterov.narrow(0, p.Offset - offset, p.Count).view(p.Shape)))); // [n, rows, columns]
            var scaled = -rate * Math.Sqrt(Math.Max(1, (double)rows / columns));
            for (var i = 0; i < group.Length; i++)
                group[i].View(_weights.Values).add_(updates[i], scaled);
        }
    }

    /// <summary>The nearest semi-orthogonal matrices, approximately: singular values land between about 0.7 and 1.2. <c>[n, r, c]</c> → like.</summary>
    internal static Tensor Orthogonalize(Tensor matrices)
    {
        const double a = 3.4445, b = -4.7750, c = 2.0315;
        var isTall = matrices.shape[1] > matrices.shape[2];
        var x = isTall ? matrices.transpose(1, 2) : matrices;
        x = x / (x.square().sum([1, 2], keepdim: true).sqrt() + 1e-7);
        x = x.to(ScalarType.BFloat16);
        for (var i = 0; i < 5; i++)
        {
            using var scope = NewDisposeScope();
            var gram = x.bmm(x.transpose(1, 2)); // [n, r, r]
            var polynomial = gram.mul(b).add_(gram.bmm(gram), c);
            x = polynomial.bmm(x).add_(x, a).MoveToOuterDisposeScope();
        }
        x = x.to(ScalarType.Float32);
        return isTall ? x.transpose(1, 2) : x;
    }
}
