using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using Mindwright.Testing;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

/// <summary>Reward and value models: a number a token instead of logits.</summary>
public sealed class ScalarHeadTests
{
    public static TheoryData<Architecture, string> Classes => new()
    {
        { Architecture.Qwen3, "Qwen3ForSequenceClassification" },
        { Architecture.Gpt2, "GPT2ForSequenceClassification" },
        { Architecture.Llama, "LlamaForSequenceClassification" },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_reward_model_saved_and_loaded_gives_the_same_scores_under_its_published_name(Architecture architecture, string name)
    {
        using var temp = new TempFolder();
        using var model = Random(architecture);
        ModelFolder.Save(temp["a"], model);
        var config = JsonNode.Parse(File.ReadAllText(temp["a/config.json"]))!;
        Assert.Equal(name, config["architectures"]![0]!.GetValue<string>());
        Assert.Equal(1, config["num_labels"]!.GetValue<int>());
        using (var file = SafetensorsFolder.Open(temp["a"]))
        {
            Assert.Equal([1, 32], file.Tensors["score.weight"].Shape);
            Assert.DoesNotContain("lm_head.weight", file.Tensors.Keys);
        }
        using var loaded = ModelFolder.Load(temp["a"]);
        Assert.Equal(ModelHead.Scalar, loaded.Config.Head);
        Assert.Equal(Scores(model), Scores(loaded));
    }

    [Theory]
    [InlineData(Architecture.Qwen3, ScalarType.Float32)]
    [InlineData(Architecture.Qwen3, ScalarType.BFloat16)]
    [InlineData(Architecture.Gpt2, ScalarType.Float32)]
    [InlineData(Architecture.Gpt2, ScalarType.BFloat16)]
    public void Scores_are_the_hidden_stream_times_the_head_and_train_every_tensor(Architecture architecture, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        using var model = Random(architecture, compute);
        var hidden = model.Hidden(Tokens()); // [1, T, C]
        var scores = model.Scores(hidden); // [1, T]
        Assert.Equal([1, 20], scores.shape);
        Assert.Equal(ScalarType.Float32, scores.dtype);
        var head = model.Weights.Find("score.weight")!.View(model.Weights.Values);
        var expected = (hidden.to(ScalarType.Float64) * head.to(ScalarType.Float64)).sum(-1);
        Assert.InRange(Oracle.Error(scores, expected), 0, 1e-5);

        scores[0, 19].backward();
        model.Weights.CollectGradients();
        foreach (var part in model.Weights.Parts.Where(part => !part.Name.EndsWith("bias", StringComparison.Ordinal)))
            Assert.True(part.View(model.Weights.Gradients!).norm().item<float>() > 0, part.Name);
        var headGradient = model.Weights.Find("score.weight")!.View(model.Weights.Gradients!); // [1, C]
        Assert.InRange(Oracle.Error(headGradient[0], hidden[0, 19]), 0, 1e-6);
    }

    [Theory]
    [InlineData(Architecture.Qwen3)]
    [InlineData(Architecture.Gpt2)]
    public void Under_adapters_the_head_is_trained_whole_and_saved_beside_them_as_PEFT_does(Architecture architecture)
    {
        using var temp = new TempFolder();
        using var model = Random(architecture, trainable: false);
        ModelFolder.Save(temp["base"], model);
        var start = Scores(model);
        model.Adapt(new LoraOptions(4, 8, []), 1);
        Assert.Equal(start, Scores(model));
        var hash = TrainedWeights.BaseHash(model);
        Learn(model);
        var trained = Scores(model);
        Assert.True(trained[^1] > start[^1]);
        Assert.Equal(hash, TrainedWeights.BaseHash(model)); // the base has not moved
        Assert.True(model.Trained.Find("base_model.model.score.weight")!.View(model.Trained.Gradients!).norm().item<float>() > 0);

        TrainedWeights.Save(temp["adapter"], model, temp["base"]);
        var config = JsonNode.Parse(File.ReadAllText(temp["adapter/adapter_config.json"]))!;
        Assert.Equal("SEQ_CLS", config["task_type"]!.GetValue<string>());
        Assert.Equal("score", config["modules_to_save"]![0]!.GetValue<string>());
        using (var file = SafetensorsFile.Open(temp["adapter/adapter_model.safetensors"]))
            Assert.Equal([1, 32], file.Tensors["base_model.model.score.weight"].Shape);

        using var other = ModelFolder.Load(temp["base"], trainable: false);
        other.Adapt(new LoraOptions(4, 8, []), 2);
        TrainedWeights.Load(temp["adapter"], other);
        Assert.Equal(trained, Scores(other));

        model.Merge();
        var merged = Scores(model);
        for (var t = 0; t < merged.Length; t++)
            Assert.Equal(trained[t], merged[t], 1e-4);
    }

    [Theory]
    [InlineData(Architecture.Qwen3)]
    [InlineData(Architecture.Llama)] // whose head is not tied
    [InlineData(Architecture.Gpt2)]
    public void A_language_models_head_makes_way_for_a_fresh_scalar_one(Architecture architecture)
    {
        using var temp = new TempFolder();
        using var language = TransformerTests.Random(architecture, 3);
        ModelFolder.Save(temp["language"], language);
        using var model = ModelFolder.LoadScalar(temp["language"], seed: 1);
        using var again = ModelFolder.LoadScalar(temp["language"], seed: 1);
        using var other = ModelFolder.LoadScalar(temp["language"], seed: 2);
        using (var scope = NewDisposeScope())
        {
            using var _ = no_grad();
            Assert.True(language.Hidden(Tokens()).equal(model.Hidden(Tokens())).all().item<bool>());
        }
        Assert.Equal(Scores(model), Scores(again));
        Assert.NotEqual(Scores(model), Scores(other));
        Assert.Contains(Scores(model), score => Math.Abs(score) is > 1e-3f and < 10);

        ModelFolder.Save(temp["reward"], model);
        using var loaded = ModelFolder.LoadScalar(temp["reward"], seed: 2); // has its head already
        Assert.Equal(Scores(model), Scores(loaded));
    }

    [Fact]
    public void Logits_of_a_scalar_head_and_scores_of_a_vocabulary_are_refused()
    {
        using var scope = NewDisposeScope();
        using var scalar = Random(Architecture.Qwen3);
        using var language = TransformerTests.Random(Architecture.Qwen3, 1);
        var hidden = zeros([1, 2, 32]);
        Assert.Contains("scalar", Assert.Throws<InvalidOperationException>(() => scalar.Logits(hidden)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => scalar.TokenLogProbs(hidden, zeros([1, 2], ScalarType.Int64)));
        Assert.Contains("vocabulary", Assert.Throws<InvalidOperationException>(() => language.Scores(hidden)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_with_more_than_one_label_is_refused()
    {
        using var temp = new TempFolder();
        using var model = Random(Architecture.Qwen3);
        ModelFolder.Save(temp.Path, model);
        var config = JsonNode.Parse(File.ReadAllText(temp["config.json"]))!;
        config["id2label"] = new JsonObject { ["0"] = "bad", ["1"] = "good" };
        File.WriteAllText(temp["config.json"], config.ToJsonString());
        Assert.Contains("2 labels", Assert.Throws<InvalidDataException>(() => ModelFolder.Load(temp.Path)).Message, StringComparison.Ordinal);
    }

    // Raises the last token's score by plain gradient ascent.
    private static void Learn(Transformer model)
    {
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            model.Trained.ZeroGradients();
            model.Scores(model.Hidden(Tokens()))[0, 19].backward();
            model.Trained.CollectGradients();
            using var _ = no_grad();
            model.Trained.Values.add_(model.Trained.Gradients! * 0.05);
            model.Trained.Refresh();
        }
    }

    private static Transformer Random(Architecture architecture, ScalarType compute = ScalarType.Float32, bool trainable = true)
    {
        var model = new Transformer(TransformerTests.Small(architecture) with { Head = ModelHead.Scalar }, null, compute, trainable);
        Initialization.Randomize(model, 5);
        return model;
    }

    private static Tensor Tokens() => Imported.ImportedModelTests.Ids(TransformerTests.Ids(20, 9));

    private static float[] Scores(Transformer model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Scores(model.Hidden(Tokens())).data<float>().ToArray();
    }
}
