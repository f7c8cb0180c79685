using CsCheck;
using Mindwright.Evaluation.Baselines;

namespace Mindwright.Evaluation.Tests.Baselines;

public sealed class NGramModelTests
{
    private const int Vocabulary = 7;

    private static readonly Gen<int[]> Tokens = Gen.Int[0, Vocabulary - 1].Array[0, 80];

    [Fact]
    public void The_probabilities_after_any_context_sum_to_one_and_none_is_zero() =>
        Gen.Select(Tokens, Gen.Int[1, 4], Gen.Int[0, Vocabulary - 1].Array[1, 5]).Sample((tokens, order, context) =>
        {
            var model = Fit(tokens, Vocabulary, order);
            var sum = 0.0;
            for (var next = 0; next < Vocabulary; next++)
            {
                var logProb = model.LogProbs([.. context, next])[^1];
                Assert.True(double.IsFinite(logProb));
                sum += Math.Exp(logProb);
            }
            Assert.Equal(1, sum, 9);
        });

    [Fact]
    public void It_equals_modified_Kneser_Ney_written_down_from_the_paper() =>
        Gen.Select(Tokens, Gen.Int[1, 4], Gen.Int[0, Vocabulary - 1].Array[2, 6]).Sample((tokens, order, sequence) =>
        {
            var logProbs = Fit(tokens, Vocabulary, order).LogProbs(sequence);
            for (var t = 1; t < sequence.Length; t++)
                Assert.Equal(
                    Math.Log(PlainKneserNey(tokens, order, sequence[Math.Max(0, t - order + 1)..t], sequence[t])), logProbs[t - 1], 9);
        });

    [Fact]
    public void Without_data_every_token_is_equally_probable() =>
        Assert.Equal(-Math.Log(Vocabulary), Fit([], Vocabulary, 3).LogProbs([1, 2])[0], 12);

    [Fact]
    public void Tokens_drawn_from_a_Markov_chain_cost_its_entropy()
    {
        // Each state goes to one of two successors with 3:1 odds, so the entropy is that of a 1/4 coin.
        var random = new Random(11);
        int[] Draw(int length)
        {
            var drawn = new int[length];
            for (var t = 1; t < length; t++)
                drawn[t] = (drawn[t - 1] * 3 + (random.Next(4) == 0 ? 1 : 2)) % 101;
            return drawn;
        }

        var (train, heldOut) = (Draw(200_000), Draw(20_000));
        var entropy = -(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75));
        var bigram = -Fit(train, 101, 2).LogProbs(heldOut).Sum() / (heldOut.Length - 1);
        Assert.InRange(bigram, entropy - 0.02, entropy + 0.02);
        Assert.True(-Fit(train, 101, 1).LogProbs(heldOut).Sum() / (heldOut.Length - 1) > 2 * entropy);
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit([0, 7], Vocabulary, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit([0, 1], Vocabulary, 2).LogProbs([-1]));
    }

    private static NGramModel Fit(int[] tokens, int vocabularySize, int order) =>
        NGramModel.Fit(tokens, vocabularySize, order, TestContext.Current.CancellationToken);

    /// <summary>Straight from Chen and Goodman: sets of n-grams, no sharing of work.</summary>
    private static double PlainKneserNey(int[] tokens, int order, int[] context, int word)
    {
        if (order == 0)
            return 1.0 / Vocabulary;
        return Level(order, highest: true, context, word);

        double Level(int n, bool highest, int[] history, int w)
        {
            if (n == 0)
                return 1.0 / Vocabulary;
            if (history.Length < n - 1)
                return Level(n - 1, highest: false, history, w);
            history = history[^(n - 1)..];
            var counts = CountsOf(n, highest);
            var d = Discounts(counts);
            double D(int count) => d[Math.Min(count, 3)];
            int C(int v) => counts.GetValueOrDefault(string.Join(' ', [.. history, v]));
            var all = Enumerable.Range(0, Vocabulary).Select(C).ToArray();
            var lower = Level(n - 1, highest: false, history.Length == 0 ? history : history[1..], w);
            if (all.Sum() == 0)
                return lower;
            return (C(w) - D(C(w)) + all.Sum(D) * lower) / all.Sum();
        }

        Dictionary<string, int> CountsOf(int n, bool highest)
        {
            var grams = Enumerable.Range(0, Math.Max(0, tokens.Length - n + 1)).Select(i => string.Join(' ', tokens[i..(i + n)]));
            if (highest)
                return grams.GroupBy(g => g).ToDictionary(g => g.Key, g => g.Count());
            return Enumerable.Range(0, Math.Max(0, tokens.Length - n))
                .Select(i => (Left: tokens[i], Gram: string.Join(' ', tokens[(i + 1)..(i + 1 + n)])))
                .Distinct().GroupBy(g => g.Gram).ToDictionary(g => g.Key, g => g.Count());
        }

        static double[] Discounts(Dictionary<string, int> counts)
        {
            double N(int c) => counts.Values.Count(v => v == c);
            var y = N(1) / (N(1) + 2 * N(2));
            double[] d = [0, 1 - 2 * y * N(2) / N(1), 2 - 3 * y * N(3) / N(2), 3 - 4 * y * N(4) / N(3)];
            for (var c = 1; c <= 3; c++)
                if (!(d[c] > 0 && d[c] < c))
                    d[c] = c / 2.0;
            return d;
        }
    }
}
