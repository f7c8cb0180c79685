using CsCheck;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class TextStatisticsTests
{
    private static Signals Measure(string text, bool english = true)
    {
        var signals = new Signals();
        TextStatistics.Measure(text, english, signals);
        return signals;
    }

    [Fact]
    public void Words_and_symbols_are_counted_as_the_papers_say()
    {
        var signals = Measure("The cat # and the dog ... 42 !!");
        Assert.Equal(6, signals[Signal.Words]);
        Assert.Equal((3 + 3 + 3 + 3 + 3 + 2) / 6.0, signals[Signal.MeanWordLength]);
        Assert.Equal(1 / 6.0, signals[Signal.SymbolsPerWord]);
        Assert.Equal(5 / 6.0, signals[Signal.AlphabeticWords]);
        Assert.Equal(2, signals[Signal.StopWords]);
        Assert.Equal(double.NaN, Measure("Der Hund", english: false)[Signal.StopWords]);
        Assert.Equal(double.NaN, Measure("吾輩は猫である。名前はまだ無い。")[Signal.MeanWordLength]);
    }

    [Fact]
    public void Lines_are_counted_as_the_papers_say()
    {
        var signals = Measure("- one\n* two\n\nA line that is long enough to count.\nto be continued...\n- one\n");
        Assert.Equal(3 / 5.0, signals[Signal.BulletLines]);
        Assert.Equal(1 / 5.0, signals[Signal.EllipsisLines]);
        Assert.Equal(2 / 5.0, signals[Signal.PunctuatedLines]);
        Assert.Equal(4 / 5.0, signals[Signal.ShortLines]);
        Assert.Equal(1 / 5.0, signals[Signal.DuplicateLines]);
    }

    [Fact]
    public void Repeated_n_grams_agree_with_a_naive_count() =>
        Gen.OneOf("a", "bb", "ccc", "dd", "e").Array[0, 60].Sample(words =>
        {
            var text = string.Join(' ', words);
            var signals = Measure(text);
            for (var n = 2; n <= 10; n++)
            {
                var grams = Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(i => string.Join(' ', words[i..(i + n)])).ToArray();
                if (n <= 4)
                {
                    var top = grams.GroupBy(gram => gram).Where(group => group.Count() > 1).Select(group => group.Count() * group.Key.Length).DefaultIfEmpty().Max();
                    Assert.Equal(text.Length == 0 ? 0 : (double)top / text.Length, signals[Signal.Top2Gram + (n - 2)], 9);
                }
                else
                {
                    // The characters of words that lie in a repeated n-gram, and of the spaces within each stretch.
                    var covered = new bool[words.Length];
                    var seen = new HashSet<string>();
                    double characters = 0;
                    var to = 0;
                    for (var i = 0; i < grams.Length; i++)
                    {
                        if (seen.Add(grams[i]))
                            continue;
                        var from = Math.Max(i, to);
                        characters += string.Join(' ', words[from..(i + n)]).Length;
                        to = i + n;
                    }
                    Assert.Equal(text.Length == 0 ? 0 : characters / text.Length, signals[Signal.Duplicate5Grams + (n - 5)], 9);
                }
            }
        }, iter: 300);

    [Fact]
    public void The_rules_keep_an_encyclopaedia_and_reject_a_repetition()
    {
        Rule[] rules = [.. RuleSets.GopherQuality, .. RuleSets.GopherRepetition];
        var passages = Corpus.Read([TestData.PathOrSkip("pretrain/wikipedia-demo.txt")],
            new ReadOptions { Separator = "\n" }, TestContext.Current.CancellationToken).ToArray();
        Assert.Equal(30, passages.Length);
        Assert.InRange(passages.Select(passage => Measure(passage.Text)).Count(signals => rules.All(rule => rule.Keeps(signals))), 27, 30);
        var spam = Measure(string.Concat(Enumerable.Repeat("Buy the best of pills and be with us. ", 50)));
        Assert.Contains(rules, rule => !rule.Keeps(spam) && rule.Signal == Signal.Duplicate10Grams);
    }
}
