using CsCheck;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Tests.Generation;

public sealed class BatchGeneratorTests
{
    private static readonly Gen<int[][]> Prompts =
        Gen.Int[0, 9].Array[1, 6].Array[1, 12].Select(distinct => distinct.Concat(distinct.Take(3)).Concat(distinct.Take(2)).ToArray());

    [Fact]
    public void Batched_sequences_are_those_generated_one_by_one_whatever_the_slots() =>
        Gen.Select(Prompts, Gen.Int[1, 8], Gen.Int[0, 1000]).Sample((prompts, slots, seed) =>
        {
            using var model = new TableModel(10, 32, seed: 5);
            var options = Options(seed);
            var batched = new BatchGenerator(model, slots).Generate(prompts, options);
            var alone = new BatchGenerator(model, 1).Generate(prompts, options);
            Assert.Equal(prompts.Length, batched.Count);
            for (var i = 0; i < prompts.Length; i++)
            {
                Assert.Equal(alone[i].Tokens, batched[i].Tokens);
                Assert.Equal(alone[i].LogProbs, batched[i].LogProbs);
                Assert.Equal(alone[i].Finish, batched[i].Finish);
            }
            Assert.Equal(0, model.OpenCaches);
        }, iter: 300);

    [Fact]
    public void The_first_sequence_is_the_one_that_is_streamed() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 6], Gen.Int[0, 1000]).Sample((prompt, seed) =>
        {
            using var model = new TableModel(10, 32, seed: 5);
            var streamed = Generator.Stream(model, prompt, Options(seed)).ToArray();
            var batched = new BatchGenerator(model, 3).Generate([prompt], Options(seed))[0];
            Assert.Equal(streamed.Select(token => token.Id), batched.Tokens);
            Assert.Equal(streamed.Select(token => token.LogProb), batched.LogProbs);
        }, iter: 300);

    [Fact]
    public void Sampled_log_probs_are_those_that_the_model_scores() =>
        Gen.Select(Prompts, Gen.Int[0, 1000]).Sample((prompts, seed) =>
        {
            using var model = new TableModel(10, 32, seed: 5);
            var sequences = new BatchGenerator(model, 4).Generate(prompts, new GenerationOptions { MaxNewTokens = 8, Sampling = new() { Seed = seed } });
            var scores = model.Score([.. prompts.Zip(sequences, (prompt, added) => (int[])[.. prompt, .. added.Tokens])]);
            for (var i = 0; i < prompts.Length; i++)
                Assert.Equal(scores[i].Select(score => score.LogProb).Skip(prompts[i].Length - 1), sequences[i].LogProbs, (a, b) => Math.Abs(a - b) < 1e-4);
        }, iter: 100);

    [Fact]
    public void Sequences_end_at_a_stop_id_which_is_their_last_token_or_when_room_is_out() =>
        Gen.Select(Prompts, Gen.Int[0, 1000]).Sample((prompts, seed) =>
        {
            using var model = new TableModel(10, 16, seed: 5);
            var sequences = new BatchGenerator(model, 4).Generate(prompts, Options(seed));
            for (var i = 0; i < prompts.Length; i++)
            {
                var tokens = sequences[i].Tokens;
                Assert.DoesNotContain(0, tokens.SkipLast(1));
                if (sequences[i].Finish == FinishReason.Stop)
                    Assert.Equal(0, tokens[^1]);
                else
                    Assert.Equal(Math.Min(12, 16 - prompts[i].Length), tokens.Length);
                Assert.Equal(tokens.Length, sequences[i].LogProbs.Length);
            }
        }, iter: 300);

    [Fact]
    public void A_prompt_that_repeats_is_read_once_and_its_continuations_differ()
    {
        using var model = new TableModel(10, 64, seed: 5);
        int[] prompt = [1, 2, 3, 4, 5, 6, 7, 8];
        var sequences = new BatchGenerator(model, 8).Generate(
            [.. Enumerable.Repeat(prompt, 8)], new GenerationOptions { MaxNewTokens = 10 });
        Assert.Equal(8 + 8 * 9, model.TokensSeen); // the last token drawn is never fed
        Assert.Equal(8, sequences.Select(sequence => string.Join(' ', sequence.Tokens)).Distinct().Count());
    }

    [Fact]
    public void Every_sequence_is_reported_once_with_its_index()
    {
        using var model = new TableModel(10, 32, seed: 5);
        var reported = new Dictionary<int, GeneratedSequence>();
        var prompts = Enumerable.Range(0, 20).Select(i => new[] { i % 10 }).ToArray();
        var sequences = new BatchGenerator(model, 3).Generate(prompts, Options(1), reported.Add, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(sequences, Enumerable.Range(0, 20).Select(i => reported[i]));
    }

    [Fact]
    public void Cancelling_stops_between_two_tokens_and_frees_the_cache()
    {
        using var model = new TableModel(10, 1000, seed: 5);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new BatchGenerator(model, 1).Generate(
            [[1], [2]], new GenerationOptions { MaxNewTokens = 5 }, (_, _) => source.Cancel(), cancellation: source.Token));
        Assert.Equal(0, model.OpenCaches);
    }

    [Fact]
    public void Asking_for_no_tokens_gives_none_and_an_impossible_prompt_is_an_error()
    {
        using var model = new TableModel(10, 4, seed: 5);
        var generator = new BatchGenerator(model, 2);
        Assert.Empty(generator.Generate([[1]], new GenerationOptions { MaxNewTokens = 0 })[0].Tokens);
        Assert.Empty(generator.Generate([], new GenerationOptions()));
        Assert.Throws<ArgumentException>(() => generator.Generate([[]], new GenerationOptions()));
        var error = Assert.Throws<ArgumentException>(() => generator.Generate([[1, 2, 3, 4]], new GenerationOptions()));
        Assert.Contains("4 tokens", error.Message, StringComparison.Ordinal);
    }

    private static GenerationOptions Options(int seed) =>
        new() { MaxNewTokens = 12, StopIds = [0], Sampling = new SamplingOptions { Seed = seed, Temperature = 1.3, TopK = 8, RepetitionPenalty = 1.2 } };
}
