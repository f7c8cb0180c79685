using System.Text.Json;
using Mindwright.Inference.Files;

namespace Mindwright.Planning;

/// <summary>Reads the shape of a model from its <c>config.json</c> and counts the parameters, exactly and without the weights.</summary>
internal static class ModelShapeReader
{
    /// <summary>
    /// Reads a file: as <see cref="ModelConfig"/> does where it supports the model, else by the keys that published models of the Llama family
    /// have. So models can be planned that cannot be run here: mixtures of experts, quantized weights, other rotary scaling.
    /// </summary>
    /// <param name="path">The <c>config.json</c>.</param>
    /// <param name="name">What messages and the shape call the model.</param>
    /// <exception cref="InvalidDataException">The file is damaged or lacks a key, or the parameters of its architecture cannot be counted.</exception>
    internal static ModelShape Read(string path, string name)
    {
        try
        {
            var config = ModelConfig.Read(path);
            return new ModelShape(
                name, config.ParameterCount, config.ParameterCount, config.Layers, config.HiddenSize, config.Heads, config.KeyValueHeads, config.HeadSize,
                KvLoraRank: 0, RopeHeadDimension: 0, config.ContextLength, Source(name));
        }
        catch (InvalidDataException refused)
        {
            return ReadLlamaFamily(path, name, refused);
        }
    }

    private static ModelShape ReadLlamaFamily(string path, string name, InvalidDataException refused)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var config = json.RootElement;
            var type = config.TryGetProperty("model_type", out var modelType) ? modelType.GetString() : "llama";
            return type is "llama" or "mistral" or "qwen2" or "qwen3" or "mixtral" or "qwen3_moe"
                ? Count(config, type, name)
                : throw new InvalidDataException($"{refused.Message}; its parameters cannot be counted: give --params", refused);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: not a model's config.json ({e.Message})", e);
        }
    }

    private static ModelShape Count(JsonElement config, string type, string name)
    {
        var layers = Whole("num_hidden_layers");
        var hidden = Whole("hidden_size");
        var heads = Whole("num_attention_heads");
        var kvHeads = Whole("num_key_value_heads", heads);
        var headDimension = Whole("head_dim", hidden / heads);
        var vocabulary = Whole("vocab_size");
        var tied = config.TryGetProperty("tie_word_embeddings", out var tie) && tie.ValueKind == JsonValueKind.True;
        double queries = (double)heads * headDimension, keys = (double)kvHeads * headDimension;
        // Attention and two norms; norms of queries and keys in Qwen3, biases in Qwen2.
        var attention = 2 * hidden * queries + 2 * hidden * keys + 2.0 * hidden
            + (type is "qwen3" or "qwen3_moe" ? 2 * headDimension : 0) + (type == "qwen2" ? queries + 2 * keys : 0);
        var (all, active) = FeedForward();
        var embeddings = (tied ? 1 : 2) * (double)vocabulary * hidden + hidden;
        return new ModelShape(
            name, layers * (attention + all) + embeddings, layers * (attention + active) + embeddings, layers, hidden, heads, kvHeads, headDimension,
            KvLoraRank: 0, RopeHeadDimension: 0, Whole("max_position_embeddings"), Source(name));

        // Parameters of a block's feed-forward layer, and those of them that one token passes through.
        (double All, double Active) FeedForward()
        {
            if (type is not ("mixtral" or "qwen3_moe"))
                return (3.0 * hidden * Whole("intermediate_size"), 3.0 * hidden * Whole("intermediate_size"));
            if (Whole("decoder_sparse_step", 1) != 1 || config.TryGetProperty("mlp_only_layers", out var dense) && dense.GetArrayLength() > 0)
                throw new InvalidDataException($"{name}: blocks with and without experts cannot be counted from a config.json; give --params");
            var experts = type == "mixtral" ? Whole("num_local_experts") : Whole("num_experts");
            var expert = 3.0 * hidden * (type == "mixtral" ? Whole("intermediate_size") : Whole("moe_intermediate_size"));
            var router = (double)hidden * experts;
            return (router + experts * expert, router + Whole("num_experts_per_tok") * expert);
        }

        int Whole(string key, int? otherwise = null)
        {
            if (!config.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
                return otherwise ?? throw new InvalidDataException($"{name}: config.json has no '{key}'");
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
                ? number
                : throw new InvalidDataException($"{name}: '{key}' in config.json must be a whole number above 0, is {value.GetRawText()}");
        }
    }

    private static string Source(string name) => $"config.json of {name}";
}
