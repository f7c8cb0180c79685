using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using Mindwright.Model.Tests.Imported;
using Mindwright.Testing;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

/// <summary>Low-rank adapters: what they must not change, and that merged and adapted are one.</summary>
public sealed class LoraTests
{
    private static readonly int[] s_ids = TransformerTests.Ids(24, 3);

    public static TheoryData<Architecture, string> Cases => new()
    {
        { Architecture.Qwen3, "" },
        { Architecture.Qwen3, "q_proj,v_proj" },
        { Architecture.Qwen2, "k_proj,o_proj,up_proj" },
        { Architecture.Llama, "down_proj,gate_proj" },
        { Architecture.Gpt2, "" },
        { Architecture.Gpt2, "c_attn" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fresh_adapters_change_nothing_and_trained_ones_can_be_merged(Architecture architecture, string targets)
    {
        using var model = Frozen(architecture);
        var start = ImportedModelTests.Logits(model, s_ids);
        var weights = model.Weights.Values.data<float>().ToArray();
        model.Adapt(Options(targets), 1);
        Assert.Equal(start, ImportedModelTests.Logits(model, s_ids)); // to the bit

        Assert.True(Learn(model, 5) < 0);
        var adapted = ImportedModelTests.Logits(model, s_ids);
        Assert.True(Distance(start, adapted) > 0.01);
        Assert.Equal(weights, model.Weights.Values.data<float>().ToArray()); // the base has not moved

        model.Merge();
        Assert.Null(model.Adapters);
        Assert.InRange(Distance(adapted, ImportedModelTests.Logits(model, s_ids)), 0, 1e-5);
    }

    [Fact]
    public void An_adapted_layer_is_W_plus_scaled_B_A_of_the_published_tensors()
    {
        using var temp = new TempFolder();
        ImportedFolder.Write(temp["base"], "qwen2");
        using var model = ModelFolder.Load(temp["base"], trainable: false);
        model.Adapt(Options("q_proj,gate_proj"), 1);
        Learn(model, 3);
        LoraFolder.Save(temp["adapter"], model, temp["base"]);

        var config = JsonNode.Parse(File.ReadAllText(temp["adapter/adapter_config.json"]))!;
        Assert.Equal("LORA", config["peft_type"]!.GetValue<string>());
        Assert.Equal(temp["base"], config["base_model_name_or_path"]!.GetValue<string>());
        Assert.Equal(["q_proj", "gate_proj"], config["target_modules"]!.AsArray().Select(t => t!.GetValue<string>()));
        var scale = config["lora_alpha"]!.GetValue<double>() / config["r"]!.GetValue<int>();

        // What PEFT would compute from the two folders, in double precision.
        var weights = ImportedFolder.Weights("qwen2");
        using (var file = SafetensorsFile.Open(temp["adapter/adapter_model.safetensors"]))
        {
            Assert.Equal(2 * 2 * ImportedFolder.Layers, file.Tensors.Count);
            foreach (var name in file.Tensors.Keys.Where(n => n.EndsWith(".lora_A.weight", StringComparison.Ordinal)))
            {
                var layer = name["base_model.model.".Length..^".lora_A.weight".Length];
                var (a, b) = (Read(file, name), Read(file, name.Replace("lora_A", "lora_B", StringComparison.Ordinal)));
                var (shape, values) = weights[layer + ".weight"];
                var rank = a.Length / (int)shape[1];
                for (var o = 0; o < shape[0]; o++)
                    for (var i = 0; i < shape[1]; i++)
                        for (var r = 0; r < rank; r++)
                            values[o * shape[1] + i] += scale * b[o * rank + r] * a[r * shape[1] + i];
            }
        }
        var ids = s_ids.Select(id => id % ImportedFolder.Vocabulary).ToArray();
        var expected = new ReferenceModel(ImportedFolder.Config("qwen2"), weights).Logits(ids).SelectMany(row => row).Select(v => (float)v).ToArray();
        Assert.InRange(Distance(expected, ImportedModelTests.Logits(model, ids)), 0, 1e-4);

        using var other = ModelFolder.Load(temp["base"], trainable: false);
        other.Adapt(Options("q_proj,gate_proj"), 2);
        LoraFolder.LoadInto(temp["adapter"], other);
        Assert.Equal(ImportedModelTests.Logits(model, ids), ImportedModelTests.Logits(other, ids));
    }

    [Fact]
    public void Only_adapters_have_gradients_and_generation_goes_through_them()
    {
        using var model = Frozen(Architecture.Qwen3);
        model.Adapt(Options("q_proj,v_proj"), 1);
        Assert.Null(model.Weights.Gradients);
        Assert.Same(model.Adapters!.Weights, model.Trained);
        Learn(model, 3);
        using var languageModel = new TorchLanguageModel(model);
        using var cache = languageModel.CreateCache(1, 30);
        var logits = new float[languageModel.VocabularySize];
        languageModel.Forward(cache, [new(0, s_ids.AsMemory(0, 9))], logits);
        languageModel.Forward(cache, [new(0, s_ids.AsMemory(9))], logits);
        Assert.InRange(Distance(ImportedModelTests.Logits(model, s_ids)[^logits.Length..], logits), 0, 1e-4);
    }

    [Fact]
    public void In_bfloat16_fresh_adapters_change_nothing_either()
    {
        using var model = new Transformer(TransformerTests.Small(Architecture.Qwen3), compute: ScalarType.BFloat16, trainable: false);
        Initialization.Randomize(model, 1);
        var start = ImportedModelTests.Logits(model, s_ids);
        model.Adapt(Options(""), 1);
        Assert.Equal(start, ImportedModelTests.Logits(model, s_ids));
        Assert.True(Learn(model, 5) < 0);
    }

    [Fact]
    public void A_layer_that_is_not_there_is_named_with_those_that_are()
    {
        using var model = Frozen(Architecture.Qwen3);
        var error = Assert.Throws<ArgumentException>(() => model.Adapt(Options("q_proj,c_attn"), 1));
        Assert.Contains("c_attn", error.Message, StringComparison.Ordinal);
        Assert.Contains("q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj", error.Message, StringComparison.Ordinal);
        model.Adapt(Options(""), 1);
        Assert.Throws<InvalidOperationException>(() => model.Adapt(Options(""), 1));
    }

    private static LoraOptions Options(string targets) => new(4, 8, targets.Split(',', StringSplitOptions.RemoveEmptyEntries));

    private static Transformer Frozen(Architecture architecture)
    {
        var model = new Transformer(TransformerTests.Small(architecture), trainable: false);
        Initialization.Randomize(model, 1);
        return model;
    }

    // Plain gradient descent on the adapters; returns by how much the loss moved.
    private static float Learn(Transformer model, int steps)
    {
        var ids = s_ids.Select(id => id % model.Config.VocabularySize).ToArray();
        var losses = new List<float>();
        for (var step = 0; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var tokens = ImportedModelTests.Ids(ids);
            var loss = -model.TokenLogProbs(model.Hidden(tokens.narrow(1, 0, ids.Length - 1)), tokens.narrow(1, 1, ids.Length - 1)).mean();
            losses.Add(loss.item<float>());
            loss.backward();
            model.Trained.CollectGradients();
            using var _ = no_grad();
            model.Trained.Values.sub_(model.Trained.Gradients! * (0.3 / Math.Max(1e-3, model.Trained.Gradients!.norm().item<float>())));
            model.Trained.ZeroGradients();
            model.Trained.Refresh();
        }
        return losses[^1] - losses[0];
    }

    private static double[] Read(SafetensorsFile file, string name)
    {
        using var scope = NewDisposeScope();
        return [.. TensorStorage.Read(file.Tensors[name], file.Path).data<float>().Select(v => (double)v)];
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
