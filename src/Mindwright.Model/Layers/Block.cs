using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>One block of the transformer: attention and feed-forward, each on the normalized residual stream and added to it.</summary>
internal sealed class Block
{
    private readonly Norm _attentionNorm;
    private readonly Attention _attention;
    private readonly Norm _feedForwardNorm;
    private readonly FeedForward _feedForward;

    private Block(Norm attentionNorm, Attention attention, Norm feedForwardNorm, FeedForward feedForward)
    {
        (_attentionNorm, _attention, _feedForwardNorm, _feedForward) = (attentionNorm, attention, feedForwardNorm, feedForward);
    }

    /// <summary>A block in the layout of the model's architecture.</summary>
    public static Block Of(ModelConfig config, FlatParameters weights, int layer) =>
        config.Architecture == Architecture.Gpt2 ? Gpt2(config, weights, layer) : Llama(config, weights, layer);

    private static Block Llama(ModelConfig config, FlatParameters weights, int layer)
    {
        var block = TensorLayout.BlockOf(config, layer);
        return new Block(
            new Norm(config, weights, block + "input_layernorm"),
            Attention.Llama(config, weights, layer),
            new Norm(config, weights, block + "post_attention_layernorm"),
            new SwiGluFeedForward(weights, block));
    }

    private static Block Gpt2(ModelConfig config, FlatParameters weights, int layer)
    {
        var block = TensorLayout.BlockOf(config, layer);
        return new Block(
            new Norm(config, weights, block + "ln_1"),
            Attention.Gpt2(config, weights, layer),
            new Norm(config, weights, block + "ln_2"),
            new GeluFeedForward(weights, block));
    }

    /// <summary>Names of the matrices that write to the residual stream: they start smaller, since every layer adds to it.</summary>
    public IEnumerable<string> ResidualOutputs => [_attention.Output.Name, _feedForward.Output.Name];

    /// <summary>Takes the adapters over its matrices; null takes them away.</summary>
    public void Adapt(LoraAdapters? adapters)
    {
        _attention.Adapt(adapters);
        _feedForward.Adapt(adapters);
    }

    /// <summary>Runs the block on the residual stream <c>[B, T, C]</c>.</summary>
    /// <param name="x">The residual stream.</param>
    /// <param name="rotation">How queries and keys are rotated; null where positions are learned.</param>
    /// <param name="context">What each token attends to.</param>
    public Tensor Forward(Tensor x, Rotation? rotation, AttentionContext context)
    {
        using var middle = Add(x, () => _attention.Forward(_attentionNorm.Forward(x), rotation, context)); // [B, T, C]
        return Add(middle, () => _feedForward.Forward(_feedForwardNorm.Forward(middle))); // [B, T, C]
    }

    /// <summary>
    /// Adds what a branch makes to the residual stream. Handles that outlive their branch would keep every intermediate result until the pass is
    /// over, also those that no gradient needs.
    /// </summary>
    private static Tensor Add(Tensor residual, Func<Tensor> branch)
    {
        using var scope = NewDisposeScope();
        return branch().add_(residual).MoveToOuterDisposeScope();
    }
}
