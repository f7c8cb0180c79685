using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

public sealed class ParameterTests
{
    private static readonly ModelConfig Config = new()
    {
        VocabularySize = 40,
        HiddenSize = 16,
        IntermediateSize = 24,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 1,
        HeadSize = 8,
        ContextLength = 12,
    };

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)] // plain operations
    public void Gradients_add_up_until_they_are_cleared(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        using var model = new Transformer(Config, null, compute);
        Initialization.Randomize(model, 1);
        var once = Gradient(model, 1);
        Assert.True(once.norm().item<float>() > 0);
        model.Weights.ZeroGradients();
        Assert.Equal(0, model.Weights.Gradients!.norm().item<float>());
        Assert.True(Gradient(model, 2).allclose(once * 2, 1e-4, 1e-6));
        model.Weights.ZeroGradients();
        Assert.True(Gradient(model, 1).equal(once).all().item<bool>());
    }

    [Fact]
    public void A_row_of_the_table_that_was_not_read_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = new Transformer(Config with { TiedEmbeddings = false });
        Initialization.Randomize(model, 1);
        _ = Gradient(model, 1);
        var embedding = model.Weights.Find("model.embed_tokens.weight")!.View(model.Weights.Gradients!);
        var touched = embedding.abs().sum(1).data<float>().Select(sum => sum > 0).ToArray();
        Assert.Equal(Enumerable.Range(0, 40).Select(token => token is 3 or 5), touched);
    }

    [Fact]
    public void Activations_that_are_computed_anew_give_the_same_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = new Transformer(Config with { Layers = 3 });
        Initialization.Randomize(model, 1);
        var kept = Gradient(model, 1);
        model.Weights.ZeroGradients();
        model.CheckpointActivations = true;
        Assert.True(Gradient(model, 1).equal(kept).all().item<bool>());
    }

    private static Tensor Gradient(Transformer model, int times)
    {
        var ids = tensor(new long[] { 3, 5, 3, 3, 5 }, [1, 5]);
        for (var i = 0; i < times; i++)
        {
            model.TokenLogProbs(model.Hidden(ids), ids).mean().backward();
            model.Weights.CollectGradients();
        }
        return model.Weights.Gradients!.clone();
    }
}
