using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>The normalization of the residual stream: RMSNorm in the Llama family, LayerNorm in GPT-2.</summary>
internal sealed class Norm
{
    private readonly Tensor _weight; // [C]
    private readonly Tensor? _bias; // [C], GPT-2 alone
    private readonly double _epsilon;

    /// <param name="config">The model's shape.</param>
    /// <param name="weights">The model's parameters.</param>
    /// <param name="name">The norm's name, without <c>.weight</c>.</param>
    public Norm(ModelConfig config, FlatParameters weights, string name)
    {
        _weight = weights[name + ".weight"].Value;
        _bias = config.Architecture == Architecture.Gpt2 ? weights[name + ".bias"].Value : null;
        _epsilon = config.NormEpsilon;
    }

    /// <summary><c>[.., C]</c> → <c>[.., C]</c>.</summary>
    public Tensor Forward(Tensor x) => _bias is null ? Kernels.RmsNorm(x, _weight, _epsilon) : Kernels.LayerNorm(x, _weight, _bias, _epsilon);
}
