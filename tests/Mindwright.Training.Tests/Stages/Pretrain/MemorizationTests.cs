using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Stages.Pretrain;

/// <summary>How a model goes on with passages that it is given the beginning of.</summary>
public sealed class MemorizationTests
{
    [Fact]
    public void A_passage_is_continued_word_for_word_exactly_if_greedy_decoding_gives_it()
    {
        using var model = SmallModel.Create();
        using var scorer = new TorchLanguageModel(model);
        int[][] prompts = [.. Enumerable.Range(0, 6).Select(i => SmallModel.Tokenizer.Encode($"What is {i} and {i * 3}?"))];
        var options = new GenerationOptions { MaxNewTokens = 12, Sampling = SamplingOptions.Greedy };
        var written = new BatchGenerator(scorer, prompts.Length).Generate(prompts, options, cancellation: TestContext.Current.CancellationToken);
        Passage[] known = [.. prompts.Zip(written, (prompt, text) => new Passage([.. prompt, .. text.Tokens], prompt.Length))];
        Passage[] altered = [.. known.Select(p => p with { Tokens = [.. p.Tokens[..^1], (p.Tokens[^1] + 1) % 200] })];
        Assert.Equal(1, Memorization.Of(scorer, known).Exact);
        Assert.Equal(0, Memorization.Of(scorer, altered).Exact);
        Assert.Equal(0.5, Memorization.Of(scorer, [.. known, .. altered]).Exact);
        Assert.True(Memorization.Of(scorer, known).Loss < Memorization.Of(scorer, altered).Loss);
    }
}
