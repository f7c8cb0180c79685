using System.Text.Json.Nodes;

namespace Mindwright.Model.Tests.Imported;

/// <summary>
/// The forward pass of the published layouts in double precision, written as plainly as possible after Hugging Face's
/// <c>modeling_gpt2.py</c>, <c>modeling_llama.py</c>, <c>modeling_qwen2.py</c> and <c>modeling_qwen3.py</c>: the oracle of imports.
/// </summary>
internal sealed class ReferenceModel(JsonObject config, IReadOnlyDictionary<string, (long[] Shape, double[] Values)> weights)
{
    /// <summary>Logits of every position, <c>[T][V]</c>.</summary>
    public double[][] Logits(int[] ids) => config["model_type"]!.GetValue<string>() == "gpt2" ? Gpt2(ids) : Llama(ids);

    private double[][] Gpt2(int[] ids)
    {
        var heads = config["n_head"]!.GetValue<int>();
        var epsilon = config["layer_norm_epsilon"]!.GetValue<double>();
        var x = ids.Select((id, t) => Add(Row("wte.weight", id), Row("wpe.weight", t))).ToArray();
        for (var layer = 0; layer < config["n_layer"]!.GetValue<int>(); layer++)
        {
            var h = $"h.{layer}.";
            var qkv = x.Select(v => Conv1D(LayerNorm(v, h + "ln_1", epsilon), h + "attn.c_attn")).ToArray();
            var width = x[0].Length;
            var attended = Attention([.. qkv.Select(v => v[..width])], [.. qkv.Select(v => v[width..(2 * width)])], [.. qkv.Select(v => v[(2 * width)..])], heads, heads);
            x = [.. x.Select((v, t) => Add(v, Conv1D(attended[t], h + "attn.c_proj")))];
            x = [.. x.Select(v => Add(v, Conv1D([.. Conv1D(LayerNorm(v, h + "ln_2", epsilon), h + "mlp.c_fc").Select(Gelu)], h + "mlp.c_proj")))];
        }
        return [.. x.Select(v => Linear(LayerNorm(v, "ln_f", epsilon), "wte.weight"))];
    }

    private double[][] Llama(int[] ids)
    {
        var (heads, groups) = (config["num_attention_heads"]!.GetValue<int>(), config["num_key_value_heads"]!.GetValue<int>());
        var epsilon = config["rms_norm_eps"]?.GetValue<double>() ?? 1e-6;
        var size = config["head_dim"]?.GetValue<int>() ?? config["hidden_size"]!.GetValue<int>() / heads;
        var frequencies = Frequencies(size);
        var x = ids.Select(id => Row("model.embed_tokens.weight", id)).ToArray();
        for (var layer = 0; layer < config["num_hidden_layers"]!.GetValue<int>(); layer++)
        {
            var l = $"model.layers.{layer}.";
            var normed = x.Select(v => RmsNorm(v, l + "input_layernorm.weight", epsilon)).ToArray();
            var q = normed.Select((v, t) => Rotated(Linear(v, l + "self_attn.q_proj.weight", l + "self_attn.q_proj.bias"), t, l + "self_attn.q_norm.weight")).ToArray();
            var k = normed.Select((v, t) => Rotated(Linear(v, l + "self_attn.k_proj.weight", l + "self_attn.k_proj.bias"), t, l + "self_attn.k_norm.weight")).ToArray();
            var values = normed.Select(v => Linear(v, l + "self_attn.v_proj.weight", l + "self_attn.v_proj.bias")).ToArray();
            var attended = Attention(q, k, values, heads, groups);
            x = [.. x.Select((v, t) => Add(v, Linear(attended[t], l + "self_attn.o_proj.weight")))];
            x = [.. x.Select(v =>
            {
                var inner = RmsNorm(v, l + "post_attention_layernorm.weight", epsilon);
                var gate = Linear(inner, l + "mlp.gate_proj.weight");
                var up = Linear(inner, l + "mlp.up_proj.weight");
                return Add(v, Linear([.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], l + "mlp.down_proj.weight"));
            })];
        }
        var head = weights.ContainsKey("lm_head.weight") ? "lm_head.weight" : "model.embed_tokens.weight";
        return [.. x.Select(v => Linear(RmsNorm(v, "model.norm.weight", epsilon), head))];

        double[] Rotated(double[] vector, int position, string norm) =>
            [.. vector.Chunk(size).SelectMany(head => Rotate(weights.ContainsKey(norm) ? RmsNorm(head, norm, epsilon) : head, position, frequencies))];
    }

    // _compute_default_rope_parameters, _compute_linear_scaling_rope_parameters, _compute_llama3_parameters of modeling_rope_utils.py.
    private double[] Frequencies(int size)
    {
        var rope = config["rope_parameters"] as JsonObject ?? config["rope_scaling"] as JsonObject;
        var theta = (config["rope_theta"] ?? rope?["rope_theta"])?.GetValue<double>() ?? 10_000;
        var kind = (rope?["rope_type"] ?? rope?["type"])?.GetValue<string>() ?? "default";
        return [.. Enumerable.Range(0, size / 2).Select(i =>
        {
            var frequency = 1 / Math.Pow(theta, 2.0 * i / size);
            if (kind == "default")
                return frequency;
            var factor = rope!["factor"]!.GetValue<double>();
            if (kind == "linear")
                return frequency / factor;
            var (low, high) = (rope["low_freq_factor"]!.GetValue<double>(), rope["high_freq_factor"]!.GetValue<double>());
            var context = rope["original_max_position_embeddings"]!.GetValue<double>();
            var wavelength = 2 * Math.PI / frequency;
            if (wavelength < context / high)
                return frequency;
            if (wavelength > context / low)
                return frequency / factor;
            var smooth = (context / wavelength - low) / (high - low);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        })];
    }

    private static double[] Rotate(double[] head, int position, double[] frequencies)
    {
        var half = head.Length / 2;
        var rotated = new double[head.Length];
        for (var i = 0; i < half; i++)
        {
            var (sin, cos) = Math.SinCos(position * frequencies[i]);
            rotated[i] = head[i] * cos - head[i + half] * sin;
            rotated[i + half] = head[i + half] * cos + head[i] * sin;
        }
        return rotated;
    }

    private static double[][] Attention(double[][] q, double[][] k, double[][] v, int heads, int groups)
    {
        var size = q[0].Length / heads;
        var output = q.Select(_ => new double[heads * size]).ToArray();
        for (var t = 0; t < q.Length; t++)
            for (var head = 0; head < heads; head++)
            {
                var group = head / (heads / groups) * size;
                var scores = Enumerable.Range(0, t + 1)
                    .Select(s => Enumerable.Range(0, size).Sum(i => q[t][head * size + i] * k[s][group + i]) / Math.Sqrt(size)).ToArray();
                var exponentials = scores.Select(s => Math.Exp(s - scores.Max())).ToArray();
                for (var s = 0; s <= t; s++)
                    for (var i = 0; i < size; i++)
                        output[t][head * size + i] += exponentials[s] / exponentials.Sum() * v[s][group + i];
            }
        return output;
    }

    private double[] Row(string name, int row)
    {
        var (shape, values) = weights[name];
        return values[(int)(row * shape[1])..(int)((row + 1) * shape[1])];
    }

    private double[] Linear(double[] x, string name, string? bias = null)
    {
        var (shape, values) = weights[name];
        var y = bias is not null && weights.TryGetValue(bias, out var b) ? (double[])b.Values.Clone() : new double[shape[0]];
        for (var o = 0; o < y.Length; o++)
            for (var i = 0; i < x.Length; i++)
                y[o] += values[o * x.Length + i] * x[i];
        return y;
    }

    private double[] Conv1D(double[] x, string name)
    {
        var values = weights[name + ".weight"].Values;
        var y = (double[])weights[name + ".bias"].Values.Clone();
        for (var i = 0; i < x.Length; i++)
            for (var o = 0; o < y.Length; o++)
                y[o] += x[i] * values[i * y.Length + o];
        return y;
    }

    private double[] RmsNorm(double[] x, string name, double epsilon)
    {
        var scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + epsilon);
        return [.. x.Zip(weights[name].Values, (v, w) => v * scale * w)];
    }

    private double[] LayerNorm(double[] x, string name, double epsilon)
    {
        var mean = x.Average();
        var scale = 1 / Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / x.Length + epsilon);
        var (weight, bias) = (weights[name + ".weight"].Values, weights[name + ".bias"].Values);
        return [.. x.Select((v, i) => (v - mean) * scale * weight[i] + bias[i])];
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
}
