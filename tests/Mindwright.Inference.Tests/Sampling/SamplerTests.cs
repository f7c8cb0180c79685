using CsCheck;
using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Tests.Sampling;

public sealed class SamplerTests
{
    /// <summary>Logits and options over the whole range of both.</summary>
    private static readonly Gen<(float[] Logits, SamplingOptions Options)> Cases =
        Gen.Select(
            Gen.Float[-30, 30].Array[1, 700],
            Gen.Double[0.05, 3],
            Gen.Int[0, 40],
            Gen.OneOf(Gen.Const(1.0), Gen.Double[0.05, 1]),
            Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 1]),
            (logits, temperature, topK, topP, minP) =>
                (logits, new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP }));

    [Fact]
    public void A_sampled_log_prob_is_the_scored_log_prob_and_that_of_the_transformed_row() =>
        Gen.Select(Cases, Gen.Double[0, 0.999999]).Sample((input, uniform) =>
        {
            var sampler = new Sampler(input.Options);
            var token = sampler.Sample(input.Logits, uniform);
            Assert.Equal(token.LogProb, new Sampler(input.Options).Score(input.Logits, token.Id));
            var row = new float[input.Logits.Length];
            LogProbs.Transform(input.Logits, input.Options, [], row);
            Assert.Equal(row[token.Id], token.LogProb, 1e-4f);
        });

    [Fact]
    public void Sampled_frequencies_match_the_transformed_probabilities()
    {
        const int Draws = 40_000;
        float[] logits = [1.2f, -0.3f, 0.4f, 2.1f, -1.5f, 0.9f, 0.0f, -0.8f];
        foreach (var options in new SamplingOptions[]
        {
            new(), new() { Temperature = 0.7 }, new() { Temperature = 1.8, TopK = 5 }, new() { TopP = 0.8 }, new() { MinP = 0.2 },
        })
        {
            var expected = new float[logits.Length];
            LogProbs.Transform(logits, options, [], expected);
            var counts = new int[logits.Length];
            var sampler = new Sampler(options);
            var random = new SequenceRandom(7, 0);
            for (var i = 0; i < Draws; i++)
                counts[sampler.Sample(logits, random.NextDouble()).Id]++;

            var chiSquare = 0.0;
            for (var t = 0; t < logits.Length; t++)
            {
                var mean = Draws * Math.Exp(expected[t]);
                if (mean == 0)
                    Assert.Equal(0, counts[t]);
                else
                    chiSquare += Math.Pow(counts[t] - mean, 2) / mean;
            }
            Assert.InRange(chiSquare, 0, 24.32); // the 99.9 % quantile of chi-square with 7 degrees of freedom
        }
    }

    [Fact]
    public void The_draw_inverts_the_cumulative_distribution_across_blocks()
    {
        var logits = new float[1000]; // uniform
        var sampler = new Sampler(new SamplingOptions());
        for (var i = 0; i < 1000; i++)
            Assert.Equal(i, sampler.Sample(logits, (i + 0.5) / 1000).Id);
    }

    [Fact]
    public void Temperature_zero_takes_the_first_of_the_greatest_logits_with_certainty()
    {
        float[] logits = [1, 5, 5, 2];
        var token = new Sampler(SamplingOptions.Greedy).Sample(logits, 0.99);
        AssertCertain(1, token);
        Assert.Equal(float.NegativeInfinity, new Sampler(SamplingOptions.Greedy).Score(logits, 2));
    }

    [Fact]
    public void A_vanishing_temperature_is_greedy() =>
        // In thousandths: logits that differ by less than fp32 can tell from a tie are one.
        Gen.Select(Gen.Int[-30_000, 30_000].Array[1, 50], Gen.Double[0, 0.99]).Sample((thousandths, uniform) =>
        {
            float[] logits = [.. thousandths.Select(value => value / 1000f)];
            var token = new Sampler(new SamplingOptions { Temperature = 1e-300 }).Sample(logits, uniform);
            Assert.Equal(logits.Max(), logits[token.Id]);
        });

    [Fact]
    public void Top_k_keeps_the_k_greatest_and_what_ties_with_the_least_of_them() =>
        Gen.Select(Gen.Int[-6, 6].Array[1, 60], Gen.Int[1, 70]).Sample((values, k) =>
        {
            float[] logits = [.. values.Select(value => (float)value)];
            var least = logits.OrderDescending().Take(k).Last();
            Assert.Equal(logits.Select(x => x >= least), Kept(logits, new SamplingOptions { TopK = k }));
        });

    [Fact]
    public void Top_p_keeps_the_smallest_set_of_the_most_probable_that_reaches_p() =>
        Gen.Select(Gen.Float[-8, 8].Array[1, 300], Gen.Double[0.01, 0.999]).Sample((raw, p) =>
        {
            float[] logits = [.. raw.Select(x => x - raw.Max())]; // what differs by less than rounding ties
            var total = logits.Sum(x => Math.Exp(x));
            var kept = Kept(logits, new SamplingOptions { TopP = p });
            var inside = logits.Where((_, t) => kept[t]).Sum(x => Math.Exp(x)) / total;
            var least = logits.Where((_, t) => kept[t]).Min();
            var withoutLeast = logits.Where((x, t) => kept[t] && x > least).Sum(x => Math.Exp(x)) / total;
            Assert.True(inside >= p - 1e-6);
            Assert.True(withoutLeast < p + 1e-6);
            Assert.Equal(logits.Select(x => x >= least), kept);
        });

    [Fact]
    public void Min_p_keeps_what_is_at_least_that_fraction_as_probable_as_the_best() =>
        Gen.Select(Gen.Float[-5, 5].Array[1, 100], Gen.Double[0.001, 1]).Sample((logits, p) =>
        {
            var kept = Kept(logits, new SamplingOptions { MinP = p });
            for (var t = 0; t < logits.Length; t++)
            {
                var ratio = Math.Exp(logits[t] - logits.Max());
                if (Math.Abs(ratio - p) > 1e-5)
                    Assert.Equal(ratio > p, kept[t]);
            }
        });

    [Fact]
    public void Top_k_one_and_a_small_top_p_leave_the_best_token_alone() =>
        Gen.Float[-30, 30].Array[1, 200].Where(logits => logits.Count(x => x == logits.Max()) == 1).Sample(logits =>
        {
            var best = LogProbs.ArgMax(logits);
            AssertCertain(best, new Sampler(new SamplingOptions { TopK = 1 }).Sample(logits, 0.9));
            AssertCertain(best, new Sampler(new SamplingOptions { TopP = 1e-9 }).Sample(logits, 0.9));
            AssertCertain(best, new Sampler(new SamplingOptions { MinP = 1 }).Sample(logits, 0.9));
        });

    [Fact]
    public void Top_k_comes_before_top_p_which_sees_the_renormalized_rest()
    {
        // Probabilities 0.4 0.3 0.2 0.1; of the top two, 4/7 alone reach 0.5. Without top-k it takes two tokens to.
        float[] logits = [MathF.Log(0.4f), MathF.Log(0.3f), MathF.Log(0.2f), MathF.Log(0.1f)];
        Assert.Equal([true, false, false, false], Kept(logits, new SamplingOptions { TopK = 2, TopP = 0.5 }));
        Assert.Equal([true, true, false, false], Kept(logits, new SamplingOptions { TopP = 0.5 }));
    }

    [Fact]
    public void The_repetition_penalty_lowers_a_repeated_token_once_whatever_its_sign()
    {
        float[] logits = [2, -2, 1];
        var row = new float[3];
        LogProbs.Transform(logits, new SamplingOptions { RepetitionPenalty = 2 }, [0, 1, 0, 1], row);
        var expected = new float[3];
        LogProbs.LogSoftmax([1, -4, 1], expected);
        Assert.Equal(expected, row, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_token_is_drawn_whatever_the_uniform_number() =>
        Gen.Select(Cases, Gen.OneOf(Gen.Const(0.0), Gen.Const(Math.BitDecrement(1.0)))).Sample((input, uniform) =>
        {
            var token = new Sampler(input.Options).Sample(input.Logits, uniform);
            Assert.True(float.IsFinite(token.LogProb));
        });

    [Fact]
    public void Logits_that_are_not_numbers_are_an_error_and_impossible_tokens_are_not()
    {
        var sampler = new Sampler(new SamplingOptions { TopK = 3, TopP = 0.9 });
        Assert.Throws<ArithmeticException>(() => sampler.Sample([1, float.NaN, 2], 0.5));
        Assert.Throws<ArithmeticException>(() => sampler.Sample([1, float.PositiveInfinity], 0.5));
        Assert.Throws<ArithmeticException>(() => sampler.Sample([float.NegativeInfinity, float.NegativeInfinity], 0.5));
        AssertCertain(1, sampler.Sample([float.NegativeInfinity, 3, float.NegativeInfinity], 0.5));
    }

    [Theory]
    [InlineData(-0.1, 0, 1, 0, 1, "Temperature")]
    [InlineData(double.NaN, 0, 1, 0, 1, "Temperature")]
    [InlineData(1, -1, 1, 0, 1, "TopK")]
    [InlineData(1, 0, 0, 0, 1, "TopP")]
    [InlineData(1, 0, 1.1, 0, 1, "TopP")]
    [InlineData(1, 0, 1, 2, 1, "MinP")]
    [InlineData(1, 0, 1, 0, 0, "RepetitionPenalty")]
    public void Options_out_of_range_are_named(double temperature, int topK, double topP, double minP, double penalty, string name)
    {
        var options = new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty };
        Assert.Contains(name, Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var logits = Enumerable.Range(0, 5000).Select(i => (float)Math.Sin(i)).ToArray();
        var sampler = new Sampler(new SamplingOptions { Temperature = 0.8, TopK = 100, TopP = 0.9, RepetitionPenalty = 1.1 });
        int[] history = [1, 2, 3];
        sampler.Sample(logits, 0.5, history);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            sampler.Sample(logits, i / 100.0, history);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertCertain(int id, SampledToken token)
    {
        Assert.Equal(id, token.Id);
        Assert.Equal(0, token.LogProb, 1e-6f);
    }

    private static bool[] Kept(float[] logits, SamplingOptions options)
    {
        var row = new float[logits.Length];
        LogProbs.Transform(logits, options, [], row);
        return [.. row.Select(x => !float.IsNegativeInfinity(x))];
    }
}
