using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class FigureTests
{
    [Theory]
    [InlineData(0.012345, "0.0123")]
    [InlineData(4.5678, "4.57")]
    [InlineData(1234.4, "1234")]
    [InlineData(-0.5, "-0.500")]
    [InlineData(3.1e13, "3.10e13")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_keep_three_significant_digits(double value, string text) => Assert.Equal(text, Figure.Significant(value));

    [Theory]
    [InlineData(950, "950")]
    [InlineData(1200, "1.2k")]
    [InlineData(3_400_000, "3.4M")]
    [InlineData(0.05, "0.05")]
    [InlineData(0, "0")]
    [InlineData(1e-7, "1e-7")]
    public void Counts_get_a_suffix(double value, string text) => Assert.Equal(text, Figure.Short(value));

    [Theory]
    [InlineData(4.24, "4.2 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(59.97, "1 min 00 s")]
    [InlineData(7620, "2 h 07 min")]
    public void Durations_read_like_a_clock(double seconds, string text) => Assert.Equal(text, Figure.Duration(seconds));

    [Fact]
    public void An_interval_shows_no_more_digits_than_it_supports()
    {
        Assert.Equal("71 [65, 77]", Figure.WithInterval(new(71.2, 65.1, 77.4)));
        Assert.Equal("0.11 [0.06, 0.16]", Figure.WithInterval(new(0.113, 0.061, 0.162)));
        Assert.Equal("2.50", Figure.WithInterval(new(2.5, 2.5, 2.5)));
    }
}
