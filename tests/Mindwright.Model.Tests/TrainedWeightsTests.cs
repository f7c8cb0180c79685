using System.Security.Cryptography;
using Mindwright.Inference.Files;
using Mindwright.Model.Tests.Imported;
using Mindwright.Testing;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

public sealed class TrainedWeightsTests
{
    private static readonly int[] s_ids = TransformerTests.Ids(12, 3);

    [Fact]
    public void Without_adapters_the_whole_model_is_written_and_read_back()
    {
        using var temp = new TempFolder();
        using var model = TransformerTests.Random(Architecture.Qwen3, 1);
        using var other = TransformerTests.Random(Architecture.Qwen3, 2);
        TrainedWeights.Save(temp.Path, model);
        TrainedWeights.Load(temp.Path, other);
        Assert.Equal(ImportedModelTests.Logits(model, s_ids), ImportedModelTests.Logits(other, s_ids));
        Assert.Null(TrainedWeights.BaseHash(model));
    }

    [Fact]
    public void With_adapters_only_they_are_written_and_the_base_is_named_by_the_hash_of_its_bits()
    {
        using var temp = new TempFolder();
        using var model = Adapted(1);
        using var other = Adapted(2);
        using (no_grad())
            model.Trained.Values.add_(0.01);
        TrainedWeights.Save(temp.Path, model);
        Assert.False(File.Exists(temp["config.json"]));
        TrainedWeights.Load(temp.Path, other);
        Assert.Equal(ImportedModelTests.Logits(model, s_ids), ImportedModelTests.Logits(other, s_ids));

        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Weights.Values.data<float>().ToArray().AsSpan());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), TrainedWeights.BaseHash(model));
        Assert.Equal(TrainedWeights.BaseHash(model), TrainedWeights.BaseHash(other));
        using (no_grad())
            other.Weights.Values.mul_(1.5);
        Assert.NotEqual(TrainedWeights.BaseHash(model), TrainedWeights.BaseHash(other));
    }

    [Fact]
    public void Adapters_for_a_model_without_and_a_whole_model_for_one_with_adapters_are_refused()
    {
        using var temp = new TempFolder();
        using var adapted = Adapted(1);
        using var whole = TransformerTests.Random(Architecture.Qwen3, 1);
        TrainedWeights.Save(temp["adapters"], adapted);
        TrainedWeights.Save(temp["whole"], whole);
        Assert.Contains("adapters", Assert.Throws<InvalidDataException>(() => TrainedWeights.Load(temp["adapters"], whole)).Message, StringComparison.Ordinal);
        Assert.Contains("whole", Assert.Throws<InvalidDataException>(() => TrainedWeights.Load(temp["whole"], adapted)).Message, StringComparison.Ordinal);
    }

    private static Transformer Adapted(ulong seed)
    {
        var model = new Transformer(TransformerTests.Small(Architecture.Qwen3), trainable: false);
        Initialization.Randomize(model, 7);
        model.Adapt(new LoraOptions(2, 4, ["q_proj", "down_proj"]), seed);
        return model;
    }
}
