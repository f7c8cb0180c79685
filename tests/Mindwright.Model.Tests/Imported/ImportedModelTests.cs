using System.Text.Json.Nodes;
using Mindwright.Testing;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests.Imported;

/// <summary>Folders in the layouts of Hugging Face's models, against a plain implementation in double precision.</summary>
public sealed class ImportedModelTests
{
    public static TheoryData<string> Layouts => ["gpt2", "qwen2", "qwen3", "llama", "llama-linear", "llama3", "llama-rope-parameters"];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void An_imported_folder_computes_what_its_layout_means(string layout)
    {
        using var temp = new TempFolder();
        var ids = TransformerTests.Ids(ImportedFolder.Context, 7).Select(id => id % ImportedFolder.Vocabulary).ToArray();
        var expected = new ReferenceModel(ImportedFolder.Config(layout), ImportedFolder.Weights(layout)).Logits(ids);
        foreach (var sharded in new[] { false, true })
        {
            var folder = temp[sharded ? "sharded" : "whole"];
            ImportedFolder.Write(folder, layout, sharded);
            using var model = ModelFolder.Load(folder);
            AssertClose(expected, Logits(model, ids));
            // And what is written again is the same model to whoever reads it next.
            ModelFolder.Save(temp["again"], model);
            using var again = ModelFolder.Load(temp["again"]);
            Assert.Equal(model.Config with { EndOfText = [] }, again.Config with { EndOfText = [] });
            AssertClose(expected, Logits(again, ids));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void An_imported_model_learns(string layout)
    {
        using var temp = new TempFolder();
        ImportedFolder.Write(temp.Path, layout);
        using var model = ModelFolder.Load(temp.Path);
        var loss = new float[2];
        for (var step = 0; step < loss.Length; step++)
        {
            using var scope = NewDisposeScope();
            var ids = tensor(TransformerTests.Ids(20, 9).Select(id => (long)id % ImportedFolder.Vocabulary).ToArray()).unsqueeze(0);
            var nll = -model.TokenLogProbs(model.Hidden(ids.narrow(1, 0, 19)), ids.narrow(1, 1, 19)).mean();
            loss[step] = nll.item<float>();
            nll.backward();
            using var _ = no_grad();
            Assert.All(model.Weights.Specs, spec => Assert.True(spec.Name.Contains("bias", StringComparison.Ordinal) || spec.Parts.All(part => model.Weights.Find(part.Name)!.View(model.Weights.Gradients!).norm().item<float>() > 0), spec.Name));
            model.Weights.Values.sub_(model.Weights.Gradients! * (0.1 / Math.Max(1, model.Weights.Gradients!.norm().item<float>())));
        }
        Assert.True(loss[1] < loss[0], $"{loss[0]} → {loss[1]}");
    }

    [Theory]
    [InlineData("llama", """{"rope_scaling":{"rope_type":"yarn","factor":4.0}}""", "yarn")]
    [InlineData("llama", """{"rope_scaling":{"rope_type":"linear"}}""", "factor")]
    [InlineData("qwen2", """{"use_sliding_window":true}""", "sliding")]
    [InlineData("qwen3", """{"layer_types":["full_attention","sliding_attention"]}""", "sliding")]
    [InlineData("qwen3", """{"attention_bias":true}""", "attention_bias")]
    [InlineData("llama", """{"mlp_bias":true}""", "mlp_bias")]
    [InlineData("llama", """{"quantization_config":{"bits":4}}""", "quantization_config")]
    [InlineData("llama", """{"hidden_act":"gelu"}""", "gelu")]
    [InlineData("gpt2", """{"scale_attn_by_inverse_layer_idx":true}""", "scale_attn_by_inverse_layer_idx")]
    [InlineData("gpt2", """{"activation_function":"relu"}""", "relu")]
    public void What_is_not_computed_is_refused_and_named(string layout, string change, string named)
    {
        using var temp = new TempFolder();
        var config = ImportedFolder.Config(layout);
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
            config[key] = value?.DeepClone();
        ImportedFolder.Write(temp.Path, layout, config: config);
        var error = Assert.Throws<InvalidDataException>(() => ModelFolder.Load(temp.Path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        using var temp = new TempFolder();
        ImportedFolder.Write(temp.Path, "qwen2", sharded: true);
        File.Delete(temp["model-00002-of-00002.safetensors"]);
        var error = Assert.ThrowsAny<IOException>(() => ModelFolder.Load(temp.Path));
        Assert.Contains("model-00002-of-00002.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ends_of_a_turn_in_generation_config_are_kept()
    {
        using var temp = new TempFolder();
        ImportedFolder.Write(temp["a"], "qwen2");
        File.WriteAllText(temp["a/generation_config.json"], """{"eos_token_id":[51,52],"temperature":0.7}""");
        using var model = ModelFolder.Load(temp["a"]);
        Assert.Equal([51, 52], model.Config.EndOfText);
        ModelFolder.Save(temp["b"], model);
        Assert.Equal("[51,52]", JsonNode.Parse(File.ReadAllText(temp["b/generation_config.json"]))!["eos_token_id"]!.ToJsonString());
    }

    internal static Tensor Ids(int[] ids) => tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0);

    internal static float[] Logits(Transformer model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Logits(model.Hidden(Ids(ids))).data<float>().ToArray();
    }

    private static void AssertClose(double[][] expected, float[] actual)
    {
        var all = expected.SelectMany(row => row).ToArray();
        Assert.Equal(all.Length, actual.Length);
        for (var i = 0; i < all.Length; i++)
            Assert.Equal(all[i], actual[i], 1e-4);
    }
}
