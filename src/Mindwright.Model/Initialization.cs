using Mindwright.Inference.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Random starting weights.</summary>
public static class Initialization
{
    /// <summary>
    /// Fills a transformer: matrices normal with deviation 1/√(inputs), those that write to the residual stream smaller by √(2·layers)
    /// (Radford et al. 2019), embeddings normal with deviation 0.02, gains one, biases zero.
    /// </summary>
    /// <param name="model">The transformer to fill.</param>
    /// <param name="seed">The same seed gives the same weights, on every machine and device.</param>
    public static void Randomize(Transformer model, ulong seed)
    {
        using var _ = no_grad();
        using var generator = new Generator(seed, CPU);
        foreach (var part in model.Weights.Parts)
        {
            using var scope = NewDisposeScope(); // one part's random numbers at a time
            var view = part.View(model.Weights.Values);
            if (part.Kind == ParameterKind.Vector)
            {
                view.fill_(part.Name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f);
                continue;
            }
            var isOutput = part.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
                || part.Name.EndsWith("down_proj.weight", StringComparison.Ordinal)
                || part.Name.EndsWith("c_proj.weight", StringComparison.Ordinal);
            var deviation = part.Kind == ParameterKind.Embedding ? 0.02 : 1 / Math.Sqrt(part.Shape[1]);
            if (isOutput)
                deviation /= Math.Sqrt(2.0 * model.Config.Layers);
            view.copy_(randn(part.Shape, ScalarType.Float32, CPU, generator: generator).mul_(deviation));
        }
        model.Weights.Refresh();
    }
}
