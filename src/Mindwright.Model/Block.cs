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
        _name = Name(config, layer);
    }

    /// <summary>Adapters over the block's matrices, if there are any.</summary>
    public LoraAdapters? Adapters { get; set; }

    /// <summary>The leaves of one block.</summary>
    public static IEnumerable<ParameterSpec> Parameters(ModelConfig config, int layer)
    {
        var name = Name(config, layer);
        var (width, inner) = (config.HiddenSize, config.IntermediateSize);
        var (queries, keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        if (config.Architecture == Architecture.Gpt2)
        {
            yield return Norm("ln_1.weight", width);
            yield return Norm("ln_1.bias", width);
            yield return Single("attn.c_attn.weight", ParameterKind.Matrix, 3 * width, width);
            yield return Single("attn.c_attn.bias", ParameterKind.Vector, 3 * width);
            yield return Single("attn.c_proj.weight", ParameterKind.Matrix, width, width);
            yield return Single("attn.c_proj.bias", ParameterKind.Vector, width);
            yield return Norm("ln_2.weight", width);
            yield return Norm("ln_2.bias", width);
            yield return Single("mlp.c_fc.weight", ParameterKind.Matrix, inner, width);
            yield return Single("mlp.c_fc.bias", ParameterKind.Vector, inner);
            yield return Single("mlp.c_proj.weight", ParameterKind.Matrix, width, inner);
            yield return Single("mlp.c_proj.bias", ParameterKind.Vector, width);
            yield break;
        }
        yield return Norm("input_layernorm.weight", width);
        yield return Stack("self_attn.qkv.weight", ParameterKind.Matrix, width,
            ("self_attn.q_proj.weight", queries), ("self_attn.k_proj.weight", keys), ("self_attn.v_proj.weight", keys));
        if (config.Architecture == Architecture.Qwen2)
        {
            yield return Stack("self_attn.qkv.bias", ParameterKind.Vector, null,
                ("self_attn.q_proj.bias", queries), ("self_attn.k_proj.bias", keys), ("self_attn.v_proj.bias", keys));
        }
        if (config.QueryKeyNorm)
        {
            yield return Norm("self_attn.q_norm.weight", config.HeadSize);
            yield return Norm("self_attn.k_norm.weight", config.HeadSize);
        }
        yield return Single("self_attn.o_proj.weight", ParameterKind.Matrix, width, queries);
        yield return Norm("post_attention_layernorm.weight", width);
        yield return Stack("mlp.gate_up.weight", ParameterKind.Matrix, width, ("mlp.gate_proj.weight", inner), ("mlp.up_proj.weight", inner));
        yield return Single("mlp.down_proj.weight", ParameterKind.Matrix, width, inner);

        ParameterSpec Norm(string leaf, long size) => Single(leaf, ParameterKind.Vector, size);
        ParameterSpec Single(string leaf, ParameterKind kind, params long[] shape) => ParameterSpec.Single(name + leaf, kind, shape);
        ParameterSpec Stack(string leaf, ParameterKind kind, long? columns, params (string Name, long Rows)[] parts)
        {
            var rows = parts.Sum(p => p.Rows);
            return new ParameterSpec(name + leaf, columns is { } c ? [rows, c] : [rows], kind, [.. parts.Select(p => new ParameterPart(name + p.Name, p.Rows))]);
        }
    }

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
            var qkv = Linear(RmsNorm(x, "input_layernorm.weight"), "self_attn.qkv", hasBias: _config.Architecture == Architecture.Qwen2); // [B, T, (H + 2G)·D]
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

    private static string Name(ModelConfig config, int layer) => config.Architecture == Architecture.Gpt2 ? $"transformer.h.{layer}." : $"model.layers.{layer}.";
}
