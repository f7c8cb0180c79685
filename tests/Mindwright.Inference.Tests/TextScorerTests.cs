using CsCheck;

namespace Mindwright.Inference.Tests;

public sealed class TextScorerTests
{
    private const int Context = 64;

    [Fact]
    public void A_text_cut_anywhere_scores_what_follows_the_cut_behind_the_token_that_begins_a_text() =>
        Gen.Select(Gen.String[1, 40].Where(text => !text.Any(char.IsSurrogate)), Gen.Int[0, 40]).Sample((text, at) =>
        {
            using var model = new TableModel(SmallTokenizer.Instance.VocabularySize, 256, seed: 5);
            at = Math.Min(at, text.Length);
            var scorer = new TextScorer(model, SmallTokenizer.Instance);
            var request = scorer.After(text[..at], text[at..]);
            int[] whole = [SmallTokenizer.Format.EndOfText, .. SmallTokenizer.Instance.Encode(text)];
            Assert.Equal(whole, request.Tokens);

            // What is not rated is context to the last byte, and all that reaches past the cut is rated.
            var contextBytes = System.Text.Encoding.UTF8.GetByteCount(text[..at]);
            var before = SmallTokenizer.Instance.DecodeBytes(whole.AsSpan(1, request.Start - 1)).Length;
            Assert.InRange(before, 0, contextBytes);

            var score = scorer.Score([request])[0];
            var expected = model.Score([whole])[0].AsSpan(request.Start - 1).ToArray();
            Assert.Equal(expected.Length, score.Tokens);
            Assert.Equal(expected.Sum(t => (double)t.LogProb), score.LogProb, 1e-3);
            Assert.Equal(expected.All(t => t.IsGreedy), score.IsGreedy);
        });

    [Fact]
    public void The_parts_of_a_text_add_up_to_the_whole()
    {
        using var model = new TableModel(SmallTokenizer.Instance.VocabularySize, 256, seed: 5);
        var scorer = new TextScorer(model, SmallTokenizer.Instance);
        var scores = scorer.Score([scorer.Whole("the sky is blue"), scorer.After("", "the sky"), scorer.After("the sky", " is blue")]);
        Assert.Equal(scores[0].LogProb, scores[1].LogProb + scores[2].LogProb, 1e-4);
    }

    [Fact]
    public void An_empty_continuation_is_certain()
    {
        using var model = new TableModel(SmallTokenizer.Instance.VocabularySize, Context, seed: 5);
        var scorer = new TextScorer(model, SmallTokenizer.Instance);
        Assert.Equal(new ContinuationScore(0, 0, true), scorer.Score([scorer.After("the sky", "")])[0]);
        Assert.Equal(new ContinuationScore(0, 0, true), scorer.Score([scorer.After("", "")])[0]);
    }

    [Fact]
    public void A_requestcontext_loses_its_beginning()
    {
        using var model = new TableModel(SmallTokenizer.Instance.VocabularySize, Context, seed: 5);
        var scorer = new TextScorer(model, SmallTokenizer.Instance);
        var request = scorer.After(new string('q', 500), "zzz");
        var kept = new ContinuationRequest(request.Tokens[^Context..], Context - 3);
        Assert.Equal(scorer.Score([kept])[0], scorer.Score([request])[0]);
        Assert.Equal(3, scorer.Score([request])[0].Tokens);
    }

    [Fact]
    public void Special_tokens_in_the_text_are_text()
    {
        using var model = new TableModel(SmallTokenizer.Instance.VocabularySize, Context, seed: 5);
        var scorer = new TextScorer(model, SmallTokenizer.Instance);
        Assert.DoesNotContain(SmallTokenizer.Format.EndOfTurn, scorer.After("a", "<|im_end|>").Tokens);
    }
}
