using System.Text.Json;
using System.Text.Json.Nodes;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Files;

/// <summary>The layouts of published models that can be computed here.</summary>
public enum Architecture
{
    /// <summary>RMSNorm, RoPE, grouped-query attention, SwiGLU (Touvron et al. 2023).</summary>
    Llama,

    /// <summary>Llama with biases on queries, keys and values (Yang et al. 2024).</summary>
    Qwen2,

    /// <summary>Llama with an RMSNorm on each head's queries and keys (Yang et al. 2025). What Mindwright trains by default.</summary>
    Qwen3,

    /// <summary>LayerNorm, learned positions, biases, GELU (Radford et al. 2019).</summary>
    Gpt2,
}

/// <summary>The head on top of the blocks.</summary>
public enum ModelHead
{
    /// <summary>Logits over the vocabulary: a language model.</summary>
    Vocabulary,

    /// <summary>One number a token: a reward or value model, saved as <c>…ForSequenceClassification</c>.</summary>
    Scalar,
}

/// <summary>The shape of a decoder-only transformer; read from and written as a Hugging Face <c>config.json</c>.</summary>
public sealed record ModelConfig
{
    /// <summary>Which layout the model has.</summary>
    public Architecture Architecture { get; init; } = Architecture.Qwen3;

    /// <summary>The head on top of the blocks.</summary>
    public ModelHead Head { get; init; }

    /// <summary>Number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (channels).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key/value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Channels of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Base of the rotary embedding's wavelengths (Su et al. 2021).</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How wavelengths are stretched for a longer context; null where they are not.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Added to a variance before its root is taken.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether the output layer shares the embedding's weights.</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <summary>Token that begins a text, if the model has one.</summary>
    public int? BeginOfText { get; init; }

    /// <summary>Tokens that end a text or a turn.</summary>
    public IReadOnlyList<int> EndOfText { get; init; } = [];

    /// <summary>Whether queries and keys are normalized per head.</summary>
    public bool QueryKeyNorm => Architecture == Architecture.Qwen3;

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool QueryKeyValueBias => Architecture == Architecture.Qwen2;

    /// <summary>Whether positions are learned vectors instead of rotations.</summary>
    public bool LearnedPositions => Architecture == Architecture.Gpt2;

    private const string ScalarSuffix = "ForSequenceClassification";

    /// <summary>Number of parameters, embeddings included, shared weights once.</summary>
    public long ParameterCount => TensorLayout.Of(this).Sum(p => p.Count);

    /// <summary>Checks that the sizes fit each other.</summary>
    /// <exception cref="InvalidDataException">A size is out of range; the message names it.</exception>
    public ModelConfig Validate()
    {
        foreach (var (name, value) in new[]
        {
            ("vocab_size", VocabularySize), ("hidden_size", HiddenSize), ("intermediate_size", IntermediateSize), ("num_hidden_layers", Layers),
            ("num_attention_heads", Heads), ("num_key_value_heads", KeyValueHeads), ("head_dim", HeadSize), ("max_position_embeddings", ContextLength),
        })
        {
            if (value < 1)
                throw new InvalidDataException($"{name} is {value}; it must be 1 or more");
        }
        if (Heads % KeyValueHeads != 0)
            throw new InvalidDataException($"num_attention_heads ({Heads}) must be a multiple of num_key_value_heads ({KeyValueHeads})");
        if (!LearnedPositions && HeadSize % 2 != 0)
            throw new InvalidDataException($"head_dim is {HeadSize}; rotary positions need an even one");
        return this;
    }

    /// <summary>Reads the configuration of a model folder: <c>config.json</c>, and the ends of texts that <c>generation_config.json</c> adds.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="FileNotFoundException">There is no <c>config.json</c>.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or describes something that is not computed here; the message says what.</exception>
    public static ModelConfig Load(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder} is no model folder: it has no config.json", path);
        return Read(path) with { EndOfText = ModelTokenizer.EndIds(folder) };
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, lacks a key, or describes something that is not computed here; the message says what.</exception>
    public static ModelConfig Read(string path)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new InvalidDataException($"{path}: not a JSON object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        try
        {
            return Parse(json).Validate();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static ModelConfig Parse(JsonObject json)
    {
        var type = json["model_type"]?.GetValue<string>() ?? throw new InvalidDataException("model_type is missing");
        var architecture = type switch
        {
            "llama" => Architecture.Llama,
            "qwen2" => Architecture.Qwen2,
            "qwen3" => Architecture.Qwen3,
            "gpt2" => Architecture.Gpt2,
            _ => throw new InvalidDataException($"model_type \"{type}\" is not supported; llama, qwen2, qwen3 and gpt2 are"),
        };
        if (json["quantization_config"] is not null)
            throw new InvalidDataException("quantized weights (quantization_config) are not supported; use the model in bf16, fp16 or fp32");
        if (Flag("use_sliding_window") || (json["layer_types"] as JsonArray)?.Any(t => t?.GetValue<string>() != "full_attention") == true)
            throw new InvalidDataException("attention over a sliding window (use_sliding_window, layer_types) is not supported");
        if (architecture is Architecture.Llama or Architecture.Qwen3 && (Flag("attention_bias") || Flag("mlp_bias")))
            throw new InvalidDataException($"attention_bias and mlp_bias are not supported for {type}");

        var isScalar = (json["architectures"] as JsonArray)?.Any(name => name?.GetValue<string>().EndsWith(ScalarSuffix, StringComparison.Ordinal) == true) == true;
        var labels = (json["id2label"] as JsonObject)?.Count ?? json["num_labels"]?.GetValue<int>() ?? 2; // transformers' default
        if (isScalar && labels != 1)
            throw new InvalidDataException($"a classifier with {labels} labels is not supported; one with a single score is");
        var head = isScalar ? ModelHead.Scalar : ModelHead.Vocabulary;

        if (architecture == Architecture.Gpt2)
        {
            var width = Number("n_embd");
            var activation = json["activation_function"]?.GetValue<string>() ?? "gelu_new";
            if (activation is not ("gelu_new" or "gelu_pytorch_tanh"))
                throw new InvalidDataException($"activation_function \"{activation}\" is not supported; gelu_new is");
            if (Flag("scale_attn_by_inverse_layer_idx") || json["scale_attn_weights"]?.GetValue<bool>() == false)
                throw new InvalidDataException("attention scaled otherwise than by its head's size (scale_attn_weights, scale_attn_by_inverse_layer_idx) is not supported");
            return new ModelConfig
            {
                Architecture = architecture,
                Head = head,
                VocabularySize = Number("vocab_size"),
                HiddenSize = width,
                IntermediateSize = json["n_inner"]?.GetValue<int>() ?? 4 * width,
                Layers = Number("n_layer"),
                Heads = Number("n_head"),
                KeyValueHeads = Number("n_head"),
                HeadSize = width / Number("n_head"),
                ContextLength = json["n_positions"]?.GetValue<int>() ?? Number("n_ctx"),
                NormEpsilon = json["layer_norm_epsilon"]?.GetValue<double>() ?? 1e-5,
                TiedEmbeddings = json["tie_word_embeddings"]?.GetValue<bool>() ?? true,
                BeginOfText = Tokens("bos_token_id") is [var begin, ..] ? begin : null,
                EndOfText = Tokens("eos_token_id"),
            };
        }

        var function = json["hidden_act"]?.GetValue<string>() ?? "silu";
        if (function != "silu")
            throw new InvalidDataException($"hidden_act \"{function}\" is not supported; silu is");
        var heads = Number("num_attention_heads");
        var rope = json["rope_parameters"] as JsonObject; // where newer files have the base of the wavelengths, too
        return new ModelConfig
        {
            Architecture = architecture,
            Head = head,
            VocabularySize = Number("vocab_size"),
            HiddenSize = Number("hidden_size"),
            IntermediateSize = Number("intermediate_size"),
            Layers = Number("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = json["num_key_value_heads"]?.GetValue<int>() ?? heads,
            HeadSize = json["head_dim"]?.GetValue<int>() ?? Number("hidden_size") / heads,
            ContextLength = Number("max_position_embeddings"),
            RopeTheta = (json["rope_theta"] ?? rope?["rope_theta"])?.GetValue<double>() ?? 10_000,
            RopeScaling = RopeScaling.Read(rope ?? json["rope_scaling"] as JsonObject),
            NormEpsilon = json["rms_norm_eps"]?.GetValue<double>() ?? 1e-6,
            TiedEmbeddings = Flag("tie_word_embeddings"),
            BeginOfText = Tokens("bos_token_id") is [var first, ..] ? first : null,
            EndOfText = Tokens("eos_token_id"),
        };

        int Number(string key) => json[key]?.GetValue<int>() ?? throw new InvalidDataException($"{key} is missing");
        bool Flag(string key) => json[key]?.GetValue<bool>() ?? false;
        int[] Tokens(string key) => TokenIds(json[key]);
    }

    /// <summary>Token ids as a configuration has them: none, one, or a list.</summary>
    private static int[] TokenIds(JsonNode? node) => node switch
    {
        null => [],
        JsonArray several => [.. several.Select(n => n!.GetValue<int>())],
        var one => [one.GetValue<int>()],
    };

    /// <summary>The configuration as the JSON that Hugging Face libraries read.</summary>
    public JsonObject ToJson()
    {
        var (type, name) = Architecture switch
        {
            Architecture.Llama => ("llama", "Llama"),
            Architecture.Qwen2 => ("qwen2", "Qwen2"),
            Architecture.Qwen3 => ("qwen3", "Qwen3"),
            _ => ("gpt2", "GPT2"),
        };
        var json = new JsonObject { ["architectures"] = new JsonArray(name + (Head == ModelHead.Scalar ? ScalarSuffix : Architecture == Architecture.Gpt2 ? "LMHeadModel" : "ForCausalLM")), ["model_type"] = type };
        if (Head == ModelHead.Scalar)
        {
            json["num_labels"] = 1;
            json["id2label"] = new JsonObject { ["0"] = "score" };
            json["label2id"] = new JsonObject { ["score"] = 0 };
            json["pad_token_id"] = EndOfText.Count > 0 ? EndOfText[^1] : BeginOfText;
        }
        if (Architecture == Architecture.Gpt2)
        {
            json["activation_function"] = "gelu_new";
            json["n_embd"] = HiddenSize;
            json["n_inner"] = IntermediateSize;
            json["n_layer"] = Layers;
            json["n_head"] = Heads;
            json["n_positions"] = ContextLength;
            json["layer_norm_epsilon"] = NormEpsilon;
        }
        else
        {
            json["hidden_act"] = "silu";
            json["hidden_size"] = HiddenSize;
            json["intermediate_size"] = IntermediateSize;
            json["num_hidden_layers"] = Layers;
            json["num_attention_heads"] = Heads;
            json["num_key_value_heads"] = KeyValueHeads;
            json["head_dim"] = HeadSize;
            json["max_position_embeddings"] = ContextLength;
            json["rope_theta"] = RopeTheta;
            if (RopeScaling is not null)
                json["rope_scaling"] = RopeScaling.ToJson();
            json["rms_norm_eps"] = NormEpsilon;
            json["attention_bias"] = Architecture == Architecture.Qwen2;
        }
        json["attention_dropout"] = 0.0;
        json["initializer_range"] = 0.02;
        json["vocab_size"] = VocabularySize;
        json["tie_word_embeddings"] = TiedEmbeddings;
        if (BeginOfText is { } begin)
            json["bos_token_id"] = begin;
        if (EndOfText.Count > 0)
            json["eos_token_id"] = EndOfText.Count == 1 ? EndOfText[0] : new JsonArray([.. EndOfText.Select(t => (JsonNode)t)]);
        json["torch_dtype"] = "float32";
        json["use_cache"] = true;
        return json;
    }
}
