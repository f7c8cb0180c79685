using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Random starting weights.</summary>
public static class Initialization
{
    /// <summary>
    /// Fills a transformer: matrices normal with deviation 1/√(inputs), those that write to the residual stream smaller by √(2·layers)
    /// (Radford et al. 2019), embeddings normal with deviation 0.02, a scalar head with 1/√(channels + 1) (Stiennon et al. 2020), gains one, biases zero.
    /// </summary>
    /// <param name="model">The transformer to fill.</param>
    /// <param name="seed">The same seed gives the same weights, on every machine and device.</param>
    public static void Randomize(Transformer model, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var _ = no_grad();
        using var generator = new Generator(seed, CPU);
        var outputs = model.ResidualOutputs.ToHashSet();
        foreach (var part in model.Weights.Parts)
        {
            using var scope = NewDisposeScope(); // one part's random numbers at a time
            var view = part.View(model.Weights.Values);
            if (part.Kind == ParameterKind.Vector && part.Name != TensorLayout.ScalarHeadName)
            {
                view.fill_(part.Name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f);
                continue;
            }
            var deviation = part.Kind switch
            {
                ParameterKind.Embedding => 0.02,
                ParameterKind.Matrix => 1 / Math.Sqrt(part.Shape[1]),
                _ => HeadDeviation(model.Config),
            };
            if (outputs.Contains(part.Name))
                deviation /= Math.Sqrt(2.0 * model.Config.Layers);
            view.copy_(randn(part.Shape, ScalarType.Float32, CPU, generator: generator).mul_(deviation));
        }
        model.Weights.Refresh();
    }

    /// <summary>Fills only a scalar head, normal with deviation 1/√(channels + 1): what a reward model over a trained language model begins with.</summary>
    /// <param name="model">The transformer, with a scalar head.</param>
    /// <param name="seed">The same seed gives the same weights, on every machine and device.</param>
    /// <exception cref="ArgumentException">The model has no scalar head.</exception>
    public static void RandomizeScalarHead(Transformer model, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        var head = model.Weights.Find(TensorLayout.ScalarHeadName) ?? throw new ArgumentException("the model has no scalar head", nameof(model));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(seed, CPU);
        head.View(model.Weights.Values).copy_(randn(head.Shape, ScalarType.Float32, CPU, generator: generator).mul_(HeadDeviation(model.Config)));
    }

    private static double HeadDeviation(ModelConfig config) => 1 / Math.Sqrt(config.HiddenSize + 1);
}
