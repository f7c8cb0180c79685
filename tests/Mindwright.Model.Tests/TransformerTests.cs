using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

/// <summary>What must be equal whatever the path through the one forward pass.</summary>
public sealed class TransformerTests
{
    public static TheoryData<Architecture> Architectures => [.. Enum.GetValues<Architecture>()];

    internal static ModelConfig Small(Architecture architecture) => new()
    {
        Architecture = architecture,
        VocabularySize = 61,
        HiddenSize = 32,
        IntermediateSize = 48,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = architecture == Architecture.Gpt2 ? 4 : 2,
        HeadSize = 8,
        ContextLength = 40,
        TiedEmbeddings = architecture != Architecture.Llama,
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Cached_logits_equal_those_of_the_whole_sequence(Architecture architecture)
    {
        using var transformer = Random(architecture, 1);
        using var model = new TorchLanguageModel(transformer);
        int[][] sequences = [Ids(17, 2), Ids(9, 3), Ids(23, 4)];
        using var cache = model.CreateCache(4, 40);
        var logits = new float[3 * model.VocabularySize];
        // Prompts of different lengths in slots out of order, then token by token, some slots at a time.
        model.Forward(cache, [new(2, sequences[0].AsMemory(0, 9)), new(0, sequences[1].AsMemory(0, 1)), new(3, sequences[2].AsMemory(0, 5))], logits);
        for (var t = 9; t < 17; t++)
            model.Forward(cache, [new(2, sequences[0].AsMemory(t, 1))], logits.AsSpan(0, model.VocabularySize));
        AssertClose(Last(transformer, sequences[0]), logits.AsSpan(0, model.VocabularySize));
        model.Forward(cache, [new(0, sequences[1].AsMemory(1, 8)), new(3, sequences[2].AsMemory(5, 18))], logits.AsSpan(0, 2 * model.VocabularySize));
        AssertClose(Last(transformer, sequences[1]), logits.AsSpan(0, model.VocabularySize));
        AssertClose(Last(transformer, sequences[2]), logits.AsSpan(model.VocabularySize, model.VocabularySize));
    }

    [Fact]
    public void A_copied_or_shortened_slot_goes_on_as_the_original_would()
    {
        using var transformer = Random(Architecture.Qwen3, 1);
        using var model = new TorchLanguageModel(transformer);
        var sequence = Ids(12, 7);
        using var cache = model.CreateCache(2, 40);
        var logits = new float[model.VocabularySize];
        model.Forward(cache, [new(0, sequence)], logits);
        cache.Copy(0, 1);
        cache.Truncate(1, 8);
        model.Forward(cache, [new(1, sequence.AsMemory(8))], logits);
        AssertClose(Last(transformer, sequence), logits);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Documents_packed_into_a_row_are_scored_as_if_each_stood_alone(Architecture architecture)
    {
        using var transformer = Random(architecture, 3);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        int[] first = Ids(11, 5), second = Ids(14, 6);
        var packed = transformer.Logits(transformer.Hidden(
            tensor(first.Concat(second).Select(i => (long)i).ToArray()).unsqueeze(0),
            tensor(Enumerable.Repeat(0L, 11).Concat(Enumerable.Repeat(1L, 14)).ToArray()).unsqueeze(0)));
        var alone = cat([All(transformer, first), All(transformer, second)], 1);
        Assert.True(packed.allclose(alone, 1e-4, 1e-4));
    }

    [Fact]
    public void Scores_are_the_log_softmax_of_logits_whatever_the_batch()
    {
        using var transformer = Random(Architecture.Qwen3, 1);
        using var model = new TorchLanguageModel(transformer);
        int[][] sequences = [Ids(3, 1), Ids(30, 2), Ids(1, 3), Ids(12, 4)];
        var scores = model.Score(sequences);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        for (var i = 0; i < sequences.Length; i++)
        {
            Assert.Equal(sequences[i].Length - 1, scores[i].Length);
            var logProbs = nn.functional.log_softmax(All(transformer, sequences[i]), -1);
            for (var t = 0; t < scores[i].Length; t++)
            {
                Assert.Equal(logProbs[0, t, sequences[i][t + 1]].item<float>(), scores[i][t].LogProb, 1e-4);
                Assert.Equal(logProbs[0, t].argmax().item<long>() == sequences[i][t + 1], scores[i][t].IsGreedy);
            }
        }
    }

    [Fact]
    public void Token_log_probabilities_and_their_gradients_are_those_of_plain_logits()
    {
        using var transformer = Random(Architecture.Qwen3, 1);
        using var scope = NewDisposeScope();
        var ids = tensor(Ids(20, 9).Select(i => (long)i).ToArray()).unsqueeze(0);
        var targets = tensor(Ids(20, 10).Select(i => (long)i).ToArray()).unsqueeze(0);
        var fused = transformer.TokenLogProbs(transformer.Hidden(ids), targets, temperature: 0.7);
        fused.sum().backward();
        var fusedGradient = transformer.Weights.Gradients!.clone();
        transformer.Weights.ZeroGradients();
        var plain = nn.functional.log_softmax(transformer.Logits(transformer.Hidden(ids)) / 0.7, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
        plain.sum().backward();
        Assert.True(fused.allclose(plain, 1e-4, 1e-4));
        Assert.True(fusedGradient.allclose(transformer.Weights.Gradients!, 1e-3, 1e-4));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        using var first = Random(Architecture.Qwen3, 1);
        using var again = Random(Architecture.Qwen3, 1);
        using var other = Random(Architecture.Qwen3, 2);
        Assert.True(first.Weights.Values.equal(again.Weights.Values).all().item<bool>());
        Assert.False(first.Weights.Values.allclose(other.Weights.Values));
    }

    [Fact]
    public void Bfloat16_gradients_gather_in_full_precision()
    {
        var config = Small(Architecture.Qwen3);
        using var wide = new Transformer(config);
        using var narrow = new Transformer(config, compute: ScalarType.BFloat16);
        Initialization.Randomize(wide, 4);
        Initialization.Randomize(narrow, 4);
        foreach (var model in new[] { wide, narrow })
        {
            for (var micro = 0; micro < 2; micro++)
            {
                using var scope = NewDisposeScope();
                var ids = tensor(Ids(20, 9 + micro).Select(i => (long)i).ToArray()).unsqueeze(0);
                model.TokenLogProbs(model.Hidden(ids), ids).mean().backward();
                model.Weights.CollectGradients();
            }
        }
        using var all = NewDisposeScope();
        var (a, b) = (wide.Weights.Gradients!, narrow.Weights.Gradients!);
        var cosine = (a * b).sum() / (a.norm() * b.norm());
        Assert.InRange(cosine.item<float>(), 0.99f, 1.01f);
    }

    [Fact]
    public void Tokens_out_of_range_and_sequences_too_long_are_refused()
    {
        using var model = new TorchLanguageModel(Random(Architecture.Qwen3, 1), owned: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Score([[1, 61]]));
        Assert.Throws<ArgumentException>(() => model.Score([Ids(41, 1)]));
        using var cache = model.CreateCache(1, 4);
        Assert.Throws<ArgumentException>(() => model.Forward(cache, [new(0, Ids(5, 1))], new float[61]));
        Assert.Throws<ArgumentException>(() => model.Forward(cache, [new(0, Ids(1, 1)), new(0, Ids(1, 2))], new float[122]));
    }

    internal static Transformer Random(Architecture architecture, ulong seed)
    {
        var model = new Transformer(Small(architecture));
        Initialization.Randomize(model, seed);
        return model;
    }

    internal static int[] Ids(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(61))];
    }

    private static Tensor All(Transformer model, int[] ids) =>
        model.Logits(model.Hidden(tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0)));

    private static float[] Last(Transformer model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return [.. All(model, ids)[0, ids.Length - 1].data<float>()];
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }
}
