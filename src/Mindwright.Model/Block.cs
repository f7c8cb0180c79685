using Mindwright.Inference.Files;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Mindwright.Model;

/// <summary>One block of the transformer: attention and feed-forward, each on the normalised residual stream and added to it.</summary>
internal sealed class Block
{
    private readonly ModelConfig _config;
    private readonly FlatParameters _weights;
    private readonly string _name;

    public Block(ModelConfig config, FlatParameters weights, int layer)
    {
        _config = config;
        _weights = weights;
        _name = TensorLayout.BlockOf(config, layer);
    }

    /// <summary>Adapters over the block's matrices, if there are any.</summary>
    public LoraAdapters? Adapters { get; set; }

    /// <summary>Runs the block on the residual stream <c>[B, T, C]</c>.</summary>
    public Tensor Forward(Tensor x, Rotation? rotation, AttentionContext attention, int layer)
    {
        if (_config.Architecture == Architecture.Gpt2)
        {
            using var attended = Add(x, () => Linear(Attend(Linear(LayerNorm(x, "ln_1"), "attn.c_attn"), null, attention, layer), "attn.c_proj"));
            return Add(attended, () =>
                Linear(Functional.gelu(Linear(LayerNorm(attended, "ln_2"), "mlp.c_fc"), TorchSharp.Modules.GELU.Approximate.tanh), "mlp.c_proj"));
        }
        using var middle = Add(x, () =>
        {
            var qkv = Linear(RmsNorm(x, "input_layernorm.weight"), "self_attn.qkv", hasBias: _config.QueryKeyValueBias); // [B, T, (H + 2G)·D]
            return Linear(Attend(qkv, rotation, attention, layer), "self_attn.o_proj", hasBias: false); // [B, T, C]
        });
        return Add(middle, () =>
        {
            var gateUp = Linear(RmsNorm(middle, "post_attention_layernorm.weight"), "mlp.gate_up", hasBias: false); // [B, T, 2I]
            return Linear(Kernels.SwiGlu(gateUp), "mlp.down_proj", hasBias: false); // [B, T, C]
        });
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

    private Tensor Attend(Tensor qkv, Rotation? rotation, AttentionContext attention, int layer)
    {
        var (batch, time) = (qkv.shape[0], qkv.shape[1]);
        var (heads, groups, size) = (_config.Heads, _config.KeyValueHeads, _config.HeadSize);
        var (q, k, v) = Kernels.QueriesKeysValues(qkv, heads, groups,
            _config.QueryKeyNorm ? this["self_attn.q_norm.weight"].Value : null, _config.QueryKeyNorm ? this["self_attn.k_norm.weight"].Value : null,
            _config.NormEpsilon, rotation);
        if (attention.Cache is { } cache)
        {
            if (DecodeAttentionKernel.Handles(q))
                return cache.Attend(layer, q, k, v); // [B, 1, H·D]
            (k, v) = cache.Append(layer, k, v); // [B, past + T, G, D]
        }
        return Kernels.Attention(q, k, v, attention).reshape(batch, time, heads * size); // [B, T, H·D]
    }

    private Parameter this[string leaf] => _weights[_name + leaf];

    private Tensor Linear(Tensor x, string leaf, bool hasBias = true)
    {
        var y = Kernels.Linear(x, this[leaf + ".weight"], hasBias ? this[leaf + ".bias"].Value : null);
        return Adapters?.Apply(_name + leaf + ".weight", x, y) ?? y;
    }

    private Tensor RmsNorm(Tensor x, string leaf) => Kernels.RmsNorm(x, this[leaf].Value, _config.NormEpsilon);

    private Tensor LayerNorm(Tensor x, string leaf) => Kernels.LayerNorm(x, this[leaf + ".weight"].Value, this[leaf + ".bias"].Value, _config.NormEpsilon);
}
