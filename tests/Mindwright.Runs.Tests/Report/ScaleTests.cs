using CsCheck;
using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class ScaleTests
{
    private static readonly Gen<double> Positive = Gen.Double[-6, 9].Select(power => Math.Pow(10, power));

    [Fact]
    public void Ticks_are_few_ascending_and_within_the_axis() =>
        Gen.Select(Positive.Array[1, 6], Gen.Bool, Gen.Bool).Sample((values, log, tight) =>
        {
            var scale = new Scale(new("a", log), values, 0, 100, tight);
            var margin = 1e-6 * (scale.High - scale.Low);
            Assert.InRange(scale.Ticks.Length, 2, 13);
            for (var i = 0; i < scale.Ticks.Length; i++)
            {
                Assert.InRange(scale.Ticks[i], scale.Low - margin, scale.High + margin);
                if (i > 0)
                    Assert.True(scale.Ticks[i] > scale.Ticks[i - 1]);
            }
            foreach (var value in values)
                Assert.InRange(value, scale.Low - margin, scale.High + margin);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_that_differ_by_rounding_alone_are_one(bool log)
    {
        var scale = new Scale(new("a", log), [1, Math.BitIncrement(1)], 0, 100, tight: false);
        Assert.InRange(scale.Ticks.Length, 2, 13);
        Assert.Equal(scale.Ticks.Distinct(), scale.Ticks);
        Assert.InRange(scale.High - scale.Low, 0.5, 3);
    }

    [Fact]
    public void Larger_values_lie_further_along() =>
        Gen.Select(Positive, Positive, Gen.Bool).Where((a, b, _) => b - a > 1e-8 * b).Sample((a, b, log) =>
        {
            var scale = new Scale(new("a", log), [a, b], 10, 90, tight: true);
            Assert.Equal(10, scale[a], 6);
            Assert.Equal(90, scale[b], 6);
        });

    [Fact]
    public void A_logarithmic_axis_leaves_out_what_is_not_positive()
    {
        var scale = new Scale(new("a", Log: true), [-1, 0, double.NaN, 10, 1000], 0, 100, tight: true);
        Assert.Equal((10, 1000), (scale.Low, scale.High));
        Assert.Equal([10, 20, 50, 100, 200, 500, 1000], scale.Ticks.Select(tick => Math.Round(tick, 6)));
    }

    [Fact]
    public void An_axis_without_extent_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Scale(new("a", Min: 3, Max: 1), [2], 0, 1, tight: true));
}
