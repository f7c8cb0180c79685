using Mindwright.Planning.Scaling;

namespace Mindwright.Planning.Tests.Scaling;

public sealed class LearningCurveTests
{
    [Theory]
    [InlineData(6, -0.2, 0.0)]
    [InlineData(9, -0.35, 0.05)]
    public void A_planted_power_law_is_found_again_and_foretells_the_end(double coefficient, double exponent, double noise)
    {
        var random = new Random(3);
        var losses = Enumerable.Range(1, 1000).Select(step => coefficient * Math.Pow(step, exponent) * (1 + noise * (2 * random.NextDouble() - 1))).ToArray();
        var law = LearningCurve.Fit(losses, 50, 500)!;
        Assert.Equal(exponent, law.Exponent, 0.01);
        var end = coefficient * Math.Pow(1000, exponent);
        Assert.Equal(end, law.At(1000), 0.02 * end);
        Assert.True(noise == 0 || law.IntervalAt(1000).Contains(end), $"{law.IntervalAt(1000)} {end}");
    }

    [Fact]
    public void The_interval_widens_away_from_the_points()
    {
        var random = new Random(3);
        var law = PowerLaw.Fit([.. Enumerable.Range(1, 20).Select(x => ((double)x, 5 / Math.Sqrt(x) * (1 + 0.05 * random.NextDouble())))]);
        double Width(double x) => Math.Log(law.IntervalAt(x).High / law.IntervalAt(x).Low);
        Assert.True(Width(7) < Width(100) && Width(100) < Width(10_000));
        Assert.True(law.IntervalAt(7).Contains(law.At(7)));
    }

    [Fact]
    public void Too_short_a_part_says_nothing() => Assert.Null(LearningCurve.Fit([3, 2, 1], 1, 3));

    [Fact]
    public void A_loss_that_is_not_finite_is_left_out()
    {
        var losses = Enumerable.Range(1, 200).Select(step => 5 * Math.Pow(step, -0.3)).ToArray();
        losses[99] = double.NaN;
        Assert.Equal(-0.3, LearningCurve.Fit(losses, 10, 150)!.Exponent, 1e-3);
    }
}
