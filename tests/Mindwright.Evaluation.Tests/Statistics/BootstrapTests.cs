using CsCheck;
using Mindwright.Evaluation.Statistics;
using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tests.Statistics;

public sealed class BootstrapTests
{
    private static readonly Gen<double[]> Values = Gen.Double[-10, 10].Array[1, 60];

    [Fact]
    public void The_same_seed_gives_the_same_interval() => Gen.Select(Values, Gen.Int).Sample((values, seed) =>
        Assert.Equal(Bootstrap.Mean(values, seed, 50), Bootstrap.Mean(values, seed, 50)), iter: 20);

    [Fact]
    public void A_constant_sample_has_no_uncertainty()
    {
        var interval = Bootstrap.Mean([3, 3, 3, 3], seed: 1);
        Assert.Equal(new Interval(3, 3, 3), interval);
    }

    [Fact]
    public void Intervals_cover_the_true_mean_about_as_often_as_they_promise()
    {
        var random = new Random(7);
        var covered = 0;
        const int Trials = 400;
        for (var trial = 0; trial < Trials; trial++)
        {
            var values = new double[80];
            foreach (ref var value in values.AsSpan())
                value = random.NextDouble();
            if (Bootstrap.Mean(values, trial, 400).Contains(0.5))
                covered++;
        }
        Assert.InRange(covered / (double)Trials, 0.91, 0.98);
    }

    [Fact]
    public void Pairing_removes_what_both_measurements_share()
    {
        var random = new Random(3);
        double[] before = [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble() * 100)];
        double[] after = [.. before.Select(value => value + 1 + random.NextDouble())];
        var interval = Bootstrap.PairedDifference(before, after, seed: 5);
        Assert.InRange(interval.Low, 1.3, 1.5);
        Assert.InRange(interval.High, 1.5, 1.7);
    }

    [Fact]
    public void Samples_of_different_lengths_are_no_pairs() =>
        Assert.Throws<ArgumentException>(() => Bootstrap.PairedDifference([1, 2], [1], seed: 0));

    [Fact]
    public void An_empty_sample_is_refused() => Assert.Throws<ArgumentException>(() => Bootstrap.Mean([], seed: 0));
}
