using CsCheck;
using Mindwright.Evaluation.Metrics;

namespace Mindwright.Evaluation.Tests.Metrics;

public sealed class ChrFTests
{
    // From sacrebleu's own tests (test/test_chrf.py). It scores these three in its other mode, which averages the F-scores of
    // the orders where the default takes the F-score of the averages: equal to three decimals.
    [Theory]
    [InlineData(
        "Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.",
        "Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.", 39.14078509)]
    [InlineData(
        "Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.",
        "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.", 31.22557079)]
    [InlineData(
        "Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.",
        "Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.", 57.15704367)]
    public void Sentence_scores_are_those_of_sacrebleu(string hypothesis, string reference, double score) =>
        Assert.Equal(score, ChrF.Score(hypothesis, reference), 5e-4);

    // From the same file, the cases in the default mode; precision equals recall in them, so β plays no part.
    [Theory]
    [InlineData("a", "a", 100)]
    [InlineData("", "reference", 0)]
    [InlineData("a b c", "a b c", 100)]
    [InlineData("a b c", "abc", 100)]
    [InlineData("aa", "ab", 25)]
    [InlineData("abcdefg", "hijklmnop", 0)]
    public void Scores_by_effective_order_equal_those_of_sacrebleu(string hypothesis, string reference, double score) =>
        Assert.Equal(score, ChrF.Score(hypothesis, reference), 1e-6);

    [Fact]
    public void A_corpus_pools_its_counts() => Assert.Equal(50, ChrF.CorpusScore(["a", "b"], ["a", "c"]), 1e-9);

    [Fact]
    public void Every_text_matches_itself_and_scores_stay_in_range() =>
        Gen.Select(Gen.String[Gen.Char["abc d"], 1, 40], Gen.String[Gen.Char["abc d"], 0, 40]).Sample((a, b) =>
        {
            if (a.Any(c => c != ' '))
                Assert.Equal(100, ChrF.Score(a, a), 1e-9);
            Assert.InRange(ChrF.Score(a, b), 0, 100 + 1e-9);
        });

    [Fact]
    public void Swapping_the_sides_swaps_precision_and_recall_so_recall_counts_more() =>
        Assert.True(ChrF.Score("abcdef", "abcdefghij") < ChrF.Score("abcdefghij", "abcdef"));

    [Fact]
    public void A_surrogate_pair_is_one_character() => Assert.Equal(ChrF.Score("xa", "ya"), ChrF.Score("😀a", "😁a"), 1e-9);
}
