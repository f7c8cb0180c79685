using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Causal self-attention: queries, keys and values in one product, their attention, and the output's projection.</summary>
internal sealed class Attention
{
    private readonly ModelConfig _config;
    private readonly int _layer;
    private readonly Linear _queriesKeysValues;
    private readonly Tensor? _queryNorm; // [D]
    private readonly Tensor? _keyNorm; // [D]

    private Attention(ModelConfig config, int layer, Linear queriesKeysValues, Tensor? queryNorm, Tensor? keyNorm, Linear output)
    {
        (_config, _layer, _queriesKeysValues, _queryNorm, _keyNorm, Output) = (config, layer, queriesKeysValues, queryNorm, keyNorm, output);
    }

    /// <summary>The projection whose result is added to the residual stream.</summary>
    public Linear Output { get; }

    /// <summary>Llama, Qwen2, Qwen3: key heads that several query heads share (Ainslie et al. 2023), in Qwen3 a norm of each head.</summary>
    public static Attention Llama(ModelConfig config, FlatParameters weights, int layer)
    {
        var name = TensorLayout.BlockOf(config, layer) + "self_attn.";
        return new Attention(
            config,
            layer,
            new Linear(weights, name + "qkv", hasBias: config.QueryKeyValueBias),
            config.QueryKeyNorm ? weights[name + "q_norm.weight"].Value : null,
            config.QueryKeyNorm ? weights[name + "k_norm.weight"].Value : null,
            new Linear(weights, name + "o_proj"));
    }

    /// <summary>GPT-2: as many key heads as query heads, and biases.</summary>
    public static Attention Gpt2(ModelConfig config, FlatParameters weights, int layer)
    {
        var name = TensorLayout.BlockOf(config, layer) + "attn.";
        return new Attention(config, layer, new Linear(weights, name + "c_attn", hasBias: true), null, null, new Linear(weights, name + "c_proj", hasBias: true));
    }

    /// <summary>Takes the adapters over its matrices.</summary>
    public void Adapt(LoraAdapters? adapters)
    {
        _queriesKeysValues.Adapt(adapters);
        Output.Adapt(adapters);
    }

    /// <summary>Runs it on the normalized residual stream <c>[B, T, C]</c>.</summary>
    /// <param name="x">The input.</param>
    /// <param name="rotation">How queries and keys are rotated; null where positions are learned.</param>
    /// <param name="context">What each token attends to.</param>
    public Tensor Forward(Tensor x, Rotation? rotation, AttentionContext context)
    {
        var qkv = _queriesKeysValues.Forward(x); // [B, T, (H + 2G)·D]
        var (q, k, v) = Kernels.QueriesKeysValues(
            qkv, _config.Heads, _config.KeyValueHeads, _queryNorm, _keyNorm, _config.NormEpsilon, rotation); // [B, T, H, D], [B, T, G, D] twice
        var attended = Attend(q, k, v, context); // [B, T, H·D]
        return Output.Forward(attended); // [B, T, C]
    }

    private Tensor Attend(Tensor q, Tensor k, Tensor v, AttentionContext context)
    {
        if (context.Cache is { } cache)
        {
            if (DecodeAttentionKernel.Handles(q))
                return cache.Attend(_layer, q, k, v); // [B, 1, H·D]
            (k, v) = cache.Append(_layer, k, v); // [B, past + T, G, D]
        }
        var attended = context.Cache is null && AttentionKernel.Handles(q, k, v)
            ? AttentionKernel.Run(q, k, v, context.First)
            : Kernels.Attention(q, k, v, context.Mask); // [B, T, H, D]
        return attended.flatten(2);
    }
}
