using Mindwright.Inference.Files;
using Mindwright.Testing;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

/// <summary>A llama2.c model as a transformer of ours, fp32.</summary>
internal static class Llama2cImport
{
    public static Transformer Load(string path)
    {
        var source = ReferenceLlama.Load(path);
        var config = new ModelConfig
        {
            Architecture = Architecture.Llama,
            VocabularySize = source.VocabularySize,
            HiddenSize = source.Width,
            IntermediateSize = source.HiddenWidth,
            Layers = source.LayerCount,
            Heads = source.Heads,
            KeyValueHeads = source.KeyValueHeads,
            HeadSize = source.HeadWidth,
            ContextLength = source.ContextLength,
            NormEpsilon = 1e-5,
            TiedEmbeddings = true,
        };
        var model = new Transformer(config, trainable: false);
        Set("model.embed_tokens.weight", source.Embedding);
        Set("model.norm.weight", source.FinalNorm);
        for (var i = 0; i < source.LayerCount; i++)
        {
            var layer = source.Layers[i];
            var name = $"model.layers.{i}.";
            Set(name + "input_layernorm.weight", layer.AttentionNorm);
            Set(name + "self_attn.q_proj.weight", HalvesFromPairs(layer.Query, source.HeadWidth, source.Width));
            Set(name + "self_attn.k_proj.weight", HalvesFromPairs(layer.Key, source.HeadWidth, source.Width));
            Set(name + "self_attn.v_proj.weight", layer.Value);
            Set(name + "self_attn.o_proj.weight", layer.AttentionOutput);
            Set(name + "post_attention_layernorm.weight", layer.FeedForwardNorm);
            Set(name + "mlp.gate_proj.weight", layer.Gate);
            Set(name + "mlp.up_proj.weight", layer.Up);
            Set(name + "mlp.down_proj.weight", layer.Down);
        }
        model.Weights.Refresh();
        return model;

        void Set(string name, double[] values)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var placement = model.Weights.Find(name) ?? throw new InvalidOperationException(name);
            placement.View(model.Weights.Values).copy_(tensor(values, placement.Shape));
        }
    }

    /// <summary>llama2.c rotates neighbouring channels (2i, 2i + 1); Hugging Face layouts rotate (i, i + D/2).</summary>
    private static double[] HalvesFromPairs(double[] rows, int headWidth, int width)
    {
        var result = new double[rows.Length];
        for (var row = 0; row < rows.Length / width; row++)
        {
            var (head, channel) = (row / headWidth, row % headWidth);
            var source = head * headWidth + (channel < headWidth / 2 ? 2 * channel : 2 * (channel - headWidth / 2) + 1);
            Array.Copy(rows, source * width, result, row * width, width);
        }
        return result;
    }
}
