using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

public sealed class TransformerGradientTests
{
    /// <summary>fp64 takes the plain operations, so it is the oracle for the fused ones.</summary>
    [Theory]
    [InlineData(Architecture.Qwen3)]
    [InlineData(Architecture.Llama)]
    [InlineData(Architecture.Gpt2)]
    public void The_whole_gradient_in_fp32_is_that_of_plain_operations_in_fp64(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        var config = new ModelConfig
        {
            Architecture = architecture,
            VocabularySize = 100,
            HiddenSize = 48,
            IntermediateSize = 72,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = architecture == Architecture.Gpt2 ? 4 : 2,
            HeadSize = 12,
            ContextLength = 40,
        };
        var (loss, gradient) = Gradient(config, ScalarType.Float32);
        var (expectedLoss, expected) = Gradient(config, ScalarType.Float64);
        Assert.True(Math.Abs(loss - expectedLoss) < 1e-5 * expectedLoss, $"losses {loss} and {expectedLoss}");
        var error = ((gradient - expected).norm() / expected.norm()).item<float>();
        Assert.True(error < 1e-5, $"the gradient is off by {error}");
    }

    private static (double Loss, Tensor Gradient) Gradient(ModelConfig config, ScalarType compute)
    {
        using var model = new Transformer(config, null, compute);
        using (no_grad())
            model.Weights.Values.copy_(Oracle.Random(ScalarType.Float32, 5, model.Weights.Count) * 0.1 + 0.05);
        model.Weights.Refresh();
        var tokens = (arange(80, ScalarType.Int64) * 37).remainder(100).view(2, 40);
        var loss = -model.TokenLogProbs(model.Hidden(tokens), (tokens * 11 + 3).remainder(100)).mean();
        loss.backward();
        model.Weights.CollectGradients();
        return (loss.item<float>(), model.Weights.Gradients!.clone());
    }
}
