using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using Mindwright.Testing;
using TorchSharp;

namespace Mindwright.Model.Tests;

/// <summary>Models on disk.</summary>
public sealed class ModelFolderTests
{
    [Theory]
    [MemberData(nameof(TransformerTests.Architectures), MemberType = typeof(TransformerTests))]
    public void A_model_saved_loaded_and_saved_again_has_not_changed_a_bit(Architecture architecture)
    {
        using var folder = new TempFolder();
        using var model = TransformerTests.Random(architecture, 3);
        ModelFolder.Save(folder["a"], model);
        using var loaded = ModelFolder.Load(folder["a"]);
        Assert.Equal(model.Config with { EndOfText = [] }, loaded.Config with { EndOfText = [] });
        Assert.True(model.Weights.Values.equal(loaded.Weights.Values).all().item<bool>());
        ModelFolder.Save(folder["b"], loaded);
        foreach (var file in new[] { "model.safetensors", "config.json", "generation_config.json" })
            Assert.Equal(File.ReadAllBytes(folder[Path.Combine("a", file)]), File.ReadAllBytes(folder[Path.Combine("b", file)]));
    }

    [Fact]
    public void Bfloat16_weights_come_back_to_the_bit()
    {
        using var folder = new TempFolder();
        using var model = TransformerTests.Random(Architecture.Qwen3, 3);
        ModelFolder.Save(folder["a"], model, torch.ScalarType.BFloat16);
        using var loaded = ModelFolder.Load(folder["a"]);
        ModelFolder.Save(folder["b"], loaded, torch.ScalarType.BFloat16);
        Assert.Equal(File.ReadAllBytes(folder["a/model.safetensors"]), File.ReadAllBytes(folder["b/model.safetensors"]));
    }

    [Fact]
    public void Tensors_bear_the_names_and_shapes_that_other_tools_expect()
    {
        using var folder = new TempFolder();
        using var model = TransformerTests.Random(Architecture.Qwen3, 3);
        ModelFolder.Save(folder.Path, model);
        using var file = SafetensorsFolder.Open(folder.Path);
        Assert.Equal([32, 32], file.Tensors["model.layers.1.self_attn.q_proj.weight"].Shape);
        Assert.Equal([16, 32], file.Tensors["model.layers.0.self_attn.k_proj.weight"].Shape);
        Assert.Equal([48, 32], file.Tensors["model.layers.0.mlp.up_proj.weight"].Shape);
        Assert.Equal([8], file.Tensors["model.layers.0.self_attn.q_norm.weight"].Shape);
        Assert.DoesNotContain("lm_head.weight", file.Tensors.Keys);
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!;
        Assert.Equal("Qwen3ForCausalLM", config["architectures"]![0]!.GetValue<string>());
    }

    [Fact]
    public void A_folder_without_config_with_a_missing_tensor_or_a_wrong_shape_is_named()
    {
        using var folder = new TempFolder();
        Assert.Throws<FileNotFoundException>(() => ModelFolder.Load(folder.Path));
        using var model = TransformerTests.Random(Architecture.Qwen3, 3);
        ModelFolder.Save(folder.Path, model);
        Edit(config => config["num_hidden_layers"] = 3);
        Assert.Contains("model.layers.2", Assert.Throws<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        Edit(config => config["num_hidden_layers"] = 1);
        Assert.Contains("model.layers.1", Assert.Throws<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        Edit(config => (config["num_hidden_layers"], config["intermediate_size"]) = (2, 64));
        Assert.Contains("[48, 32]", Assert.Throws<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        Edit(config => config["model_type"] = "mamba");
        Assert.Contains("mamba", Assert.Throws<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);

        void Edit(Action<JsonNode> change)
        {
            var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!;
            change(config);
            File.WriteAllText(folder["config.json"], config.ToJsonString());
        }
    }
}
