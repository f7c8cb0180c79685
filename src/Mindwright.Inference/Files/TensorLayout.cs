namespace Mindwright.Inference.Files;

/// <summary>Which tensors a model of a given shape has, by the names of Hugging Face's files: what the weights of a folder must hold.</summary>
public static class TensorLayout
{
    /// <summary>The table of learned positions <c>[context, C]</c>, which GPT-2 alone has.</summary>
    public const string PositionsName = "transformer.wpe.weight";

    /// <summary>The output layer <c>[V, C]</c> of a language model whose embeddings are not tied.</summary>
    public const string VocabularyHeadName = "lm_head.weight";

    /// <summary>The scalar head <c>[1, C]</c> of a reward or value model.</summary>
    public const string ScalarHeadName = "score.weight";

    /// <summary>The tensors of a model, in the order in which they are kept in memory.</summary>
    public static IEnumerable<ParameterSpec> Of(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        yield return ParameterSpec.Single(EmbeddingOf(config), ParameterKind.Embedding, config.VocabularySize, config.HiddenSize);
        if (config.LearnedPositions)
            yield return ParameterSpec.Single(PositionsName, ParameterKind.Embedding, config.ContextLength, config.HiddenSize);
        if (config.Head == ModelHead.Scalar)
            yield return ParameterSpec.Single(HeadOf(config), ParameterKind.Vector, 1, config.HiddenSize);
        else if (!config.TiedEmbeddings)
            yield return ParameterSpec.Single(HeadOf(config), ParameterKind.Embedding, config.VocabularySize, config.HiddenSize);
        for (var layer = 0; layer < config.Layers; layer++)
            foreach (var spec in config.Architecture == Architecture.Gpt2 ? Gpt2Block(config, layer) : LlamaBlock(config, layer))
                yield return spec;
        yield return ParameterSpec.Single(FinalNormOf(config) + ".weight", ParameterKind.Vector, config.HiddenSize);
        if (config.Architecture == Architecture.Gpt2)
            yield return ParameterSpec.Single(FinalNormOf(config) + ".bias", ParameterKind.Vector, config.HiddenSize);
    }

    /// <summary>The matrix of input embeddings <c>[V, C]</c>.</summary>
    public static string EmbeddingOf(ModelConfig config) => config.Architecture == Architecture.Gpt2 ? "transformer.wte.weight" : "model.embed_tokens.weight";

    /// <summary>The output layer: <c>[V, C]</c>, where it is tied the embeddings; <c>[1, C]</c> for a scalar head.</summary>
    public static string HeadOf(ModelConfig config) => config.Head == ModelHead.Scalar ? ScalarHeadName : config.TiedEmbeddings ? EmbeddingOf(config) : VocabularyHeadName;

    /// <summary>The normalization before the output layer, without <c>.weight</c>.</summary>
    public static string FinalNormOf(ModelConfig config) => config.Architecture == Architecture.Gpt2 ? "transformer.ln_f" : "model.norm";

    /// <summary>What the names of one block's tensors begin with.</summary>
    public static string BlockOf(ModelConfig config, int layer) => config.Architecture == Architecture.Gpt2 ? $"transformer.h.{layer}." : $"model.layers.{layer}.";

    /// <summary>Whether a file stores a tensor transposed: GPT-2 has its matrices as <c>[inputs, outputs]</c>; everything here is <c>[outputs, inputs]</c>.</summary>
    public static bool IsStoredTransposed(ModelConfig config, string name) =>
        config.Architecture == Architecture.Gpt2 && name.Contains(".c_", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal);

    /// <summary>Whether a tensor in a file follows from the configuration and is not read: some exporters store such tables.</summary>
    public static bool IsDerived(string name) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)
        || name.EndsWith(".attn.bias", StringComparison.Ordinal)
        || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);

    private static IEnumerable<ParameterSpec> Gpt2Block(ModelConfig config, int layer)
    {
        var block = BlockOf(config, layer);
        var (width, inner) = (config.HiddenSize, config.IntermediateSize);
        return
        [
            Vector(block + "ln_1.weight", width),
            Vector(block + "ln_1.bias", width),
            Matrix(block + "attn.c_attn.weight", 3 * width, width),
            Vector(block + "attn.c_attn.bias", 3 * width),
            Matrix(block + "attn.c_proj.weight", width, width),
            Vector(block + "attn.c_proj.bias", width),
            Vector(block + "ln_2.weight", width),
            Vector(block + "ln_2.bias", width),
            Matrix(block + "mlp.c_fc.weight", inner, width),
            Vector(block + "mlp.c_fc.bias", inner),
            Matrix(block + "mlp.c_proj.weight", width, inner),
            Vector(block + "mlp.c_proj.bias", width),
        ];
    }

    private static IEnumerable<ParameterSpec> LlamaBlock(ModelConfig config, int layer)
    {
        var block = BlockOf(config, layer);
        var (width, inner) = (config.HiddenSize, config.IntermediateSize);
        var (queries, keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        yield return Vector(block + "input_layernorm.weight", width);
        yield return Stack(block, "self_attn.qkv.weight", ParameterKind.Matrix, width,
            ("self_attn.q_proj.weight", queries), ("self_attn.k_proj.weight", keys), ("self_attn.v_proj.weight", keys));
        if (config.QueryKeyValueBias)
        {
            yield return Stack(block, "self_attn.qkv.bias", ParameterKind.Vector, null,
                ("self_attn.q_proj.bias", queries), ("self_attn.k_proj.bias", keys), ("self_attn.v_proj.bias", keys));
        }
        if (config.QueryKeyNorm)
        {
            yield return Vector(block + "self_attn.q_norm.weight", config.HeadSize);
            yield return Vector(block + "self_attn.k_norm.weight", config.HeadSize);
        }
        yield return Matrix(block + "self_attn.o_proj.weight", width, queries);
        yield return Vector(block + "post_attention_layernorm.weight", width);
        yield return Stack(block, "mlp.gate_up.weight", ParameterKind.Matrix, width, ("mlp.gate_proj.weight", inner), ("mlp.up_proj.weight", inner));
        yield return Matrix(block + "mlp.down_proj.weight", width, inner);
    }

    private static ParameterSpec Vector(string name, long size) => ParameterSpec.Single(name, ParameterKind.Vector, size);

    private static ParameterSpec Matrix(string name, long rows, long columns) => ParameterSpec.Single(name, ParameterKind.Matrix, rows, columns);

    // Tensors that are multiplied by the same input are stacked, as one product.
    private static ParameterSpec Stack(string block, string name, ParameterKind kind, long? columns, params (string Name, long Rows)[] parts)
    {
        var rows = parts.Sum(p => p.Rows);
        return new ParameterSpec(block + name, columns is { } c ? [rows, c] : [rows], kind, [.. parts.Select(p => new ParameterPart(block + p.Name, p.Rows))]);
    }
}
