using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Mindwright.Model.Tests.Imported;

/// <summary>
/// Small random model folders in the layouts that others publish, written without any of the product's code: names, shapes and
/// orientation are those of Hugging Face's classes.
/// </summary>
internal static class ImportedFolder
{
    public const int Vocabulary = 53, Width = 24, Inner = 40, Layers = 2, Heads = 4, Groups = 2, Context = 32;

    public static JsonObject Config(string layout) => layout switch
    {
        "gpt2" => Json("""{"model_type":"gpt2","n_embd":24,"n_layer":2,"n_head":4,"n_positions":32,"vocab_size":53,"n_inner":null,"layer_norm_epsilon":1e-5,"eos_token_id":52}"""),
        "qwen2" => Llama("qwen2", """ "rms_norm_eps":1e-6,"rope_theta":1000000.0,"tie_word_embeddings":true,"use_sliding_window":false,"sliding_window":4096 """),
        "qwen3" => Llama("qwen3", """ "rms_norm_eps":1e-6,"rope_theta":1000000.0,"tie_word_embeddings":true,"head_dim":8,"attention_bias":false,"layer_types":["full_attention","full_attention"] """),
        "llama" => Llama("llama", """ "rms_norm_eps":1e-5,"rope_theta":10000.0,"attention_bias":false,"mlp_bias":false,"rope_scaling":null,"pretraining_tp":1 """),
        "llama-linear" => Llama("llama", """ "rope_scaling":{"type":"linear","factor":2.0} """),
        "llama3" => Llama("llama", """ "rope_theta":500.0,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":16} """),
        "llama-rope-parameters" => Llama("llama", """ "rope_parameters":{"rope_type":"default","rope_theta":700.0} """),
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, null),
    };

    /// <summary>The weights of a layout by published name, fp64, and their shapes.</summary>
    public static Dictionary<string, (long[] Shape, double[] Values)> Weights(string layout, int seed = 1)
    {
        var random = new Random(seed);
        var weights = new Dictionary<string, (long[] Shape, double[] Values)>();
        var config = Config(layout);
        if (layout == "gpt2")
        {
            Add("wte.weight", 0.3, Vocabulary, Width);
            Add("wpe.weight", 0.3, Context, Width);
            for (var layer = 0; layer < Layers; layer++)
            {
                var h = $"h.{layer}.";
                foreach (var norm in new[] { "ln_1", "ln_2" })
                    AddNorm(h + norm, withBias: true);
                AddConv(h + "attn.c_attn", Width, 3 * Width);
                AddConv(h + "attn.c_proj", Width, Width);
                AddConv(h + "mlp.c_fc", Width, 4 * Width);
                AddConv(h + "mlp.c_proj", 4 * Width, Width);
                weights[h + "attn.bias"] = ([1, 1, 2, 2], [1, 0, 1, 1]); // a mask that old exporters stored
            }
            AddNorm("ln_f", withBias: true);
            return weights;
        }
        var size = config["head_dim"]?.GetValue<int>() ?? Width / Heads;
        Add("model.embed_tokens.weight", 0.3, Vocabulary, Width);
        for (var layer = 0; layer < Layers; layer++)
        {
            var l = $"model.layers.{layer}.";
            AddNorm(l + "input_layernorm");
            AddNorm(l + "post_attention_layernorm");
            foreach (var (name, rows) in new[] { ("q_proj", Heads * size), ("k_proj", Groups * size), ("v_proj", Groups * size) })
            {
                Add(l + $"self_attn.{name}.weight", 0.3, rows, Width);
                if (layout == "qwen2")
                    Add(l + $"self_attn.{name}.bias", 0.3, rows);
            }
            Add(l + "self_attn.o_proj.weight", 0.3, Width, Heads * size);
            if (layout == "qwen3")
            {
                AddNorm(l + "self_attn.q_norm", size: size);
                AddNorm(l + "self_attn.k_norm", size: size);
            }
            Add(l + "mlp.gate_proj.weight", 0.3, Inner, Width);
            Add(l + "mlp.up_proj.weight", 0.3, Inner, Width);
            Add(l + "mlp.down_proj.weight", 0.3, Width, Inner);
        }
        AddNorm("model.norm");
        if (config["tie_word_embeddings"]?.GetValue<bool>() != true)
            Add("lm_head.weight", 0.3, Vocabulary, Width);
        return weights;

        void Add(string name, double deviation, params long[] shape) =>
            weights[name] = (shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (double)(float)(deviation * Normal()))]);

        void AddNorm(string name, bool withBias = false, int size = Width)
        {
            weights[name + ".weight"] = ([size], [.. Enumerable.Range(0, size).Select(_ => (double)(float)(1 + 0.2 * Normal()))]);
            if (withBias)
                Add(name + ".bias", 0.2, size);
        }

        void AddConv(string name, int inputs, int outputs)
        {
            Add(name + ".weight", 0.2, inputs, outputs); // Conv1D: [in, out]
            Add(name + ".bias", 0.2, outputs);
        }

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Writes a folder, its weights in one file or two.</summary>
    public static void Write(string folder, string layout, bool sharded = false, JsonObject? config = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), (config ?? Config(layout)).ToJsonString());
        var weights = Weights(layout).ToArray();
        if (!sharded)
        {
            WriteFile(Path.Combine(folder, "model.safetensors"), weights);
            return;
        }
        var half = weights.Length / 2;
        WriteFile(Path.Combine(folder, "model-00001-of-00002.safetensors"), weights[..half]);
        WriteFile(Path.Combine(folder, "model-00002-of-00002.safetensors"), weights[half..]);
        var map = new JsonObject(weights.Select((w, i) => KeyValuePair.Create(w.Key, (JsonNode?)$"model-0000{(i < half ? 1 : 2)}-of-00002.safetensors")));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = weights.Sum(w => 4L * w.Value.Values.Length) },
            ["weight_map"] = map,
        }.ToJsonString());
    }

    private static void WriteFile(string path, KeyValuePair<string, (long[] Shape, double[] Values)>[] weights)
    {
        var header = new JsonObject();
        var offset = 0L;
        foreach (var (name, (shape, values)) in weights)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(offset, offset + 4 * values.Length),
            };
            offset += 4 * values.Length;
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        using var stream = File.Create(path);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, text.Length);
        stream.Write(number);
        stream.Write(text);
        foreach (var value in weights.SelectMany(w => w.Value.Values))
        {
            BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
            stream.Write(number[..4]);
        }
    }

    private static JsonObject Llama(string type, string more) => Json($$"""
        {"model_type":"{{type}}","hidden_size":24,"intermediate_size":40,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,
        "vocab_size":53,"max_position_embeddings":32,"hidden_act":"silu","bos_token_id":50,"eos_token_id":52,{{more}}}
        """);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
