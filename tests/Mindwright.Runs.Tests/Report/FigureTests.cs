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

    [Theory]
    [InlineData(1.83412, "1.834")]
    [InlineData(0.0003, "0.0003")]
    [InlineData(0.00003, "3e-5")]
    [InlineData(12_345.6, "12,346")]
    [InlineData(3.14e23, "3.14e23")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Numbers_have_at_most_four_significant_digits(double value, string text) => Assert.Equal(text, Figure.Number(value));

    [Theory]
    [InlineData(3.14e23, "FLOP", "3.14e23 FLOP")]
    [InlineData(31.40625e9, "B", "31.41 GB")]
    [InlineData(524288, "B", "524,288 B")]
    [InlineData(5.576e6, "$", "$5.576M")]
    [InlineData(0.0612, "$", "$0.0612")]
    [InlineData(2, "$/h", "$2/h")]
    [InlineData(7e9, "parameters", "7B parameters")]
    [InlineData(14.8e12, "tokens", "14.8T tokens")]
    [InlineData(999_960, "tokens", "1M tokens")]
    [InlineData(148.7e6, "W", "148.7 MW")]
    [InlineData(0.4, "%", "40 %")]
    [InlineData(1000, "×", "1,000 ×")]
    [InlineData(1.5e-5, "s", "1.5e-5 s")]
    [InlineData(2788000, "h", "2,788,000 h")]
    [InlineData(double.PositiveInfinity, "sequences", "unlimited")]
    [InlineData(double.NaN, "B", "NaN B")]
    [InlineData(0, "B", "0 B")]
    public void Quantities_have_the_prefix_that_is_usual_for_their_unit(double value, string unit, string text) => Assert.Equal(text, Figure.Quantity(value, unit));

    [Theory]
    [InlineData(2048, "2 KiB")]
    [InlineData(512L << 20, "512 MiB")]
    [InlineData(3L << 29, "1.50 GiB")]
    [InlineData(25L << 30, "25.0 GiB")]
    public void Sizes_are_binary(long bytes, string text) => Assert.Equal(text, Figure.Bytes(bytes));

    [Theory]
    [InlineData(42.9, "42s")]
    [InlineData(185, "3m 05s")]
    [InlineData(8040, "2h 14m")]
    [InlineData(360_000, "100h 00m")]
    public void Times_are_short(double seconds, string text) => Assert.Equal(text, Figure.Time(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_line_leaves_out_details() =>
        Assert.Equal("loss 1.834 · steps 1,200", Figure.Line([new("loss", 1.83412), new("probe:sky", 0.5), new("steps", 1200)]));

    [Fact]
    public void An_interval_shows_no_more_digits_than_it_supports()
    {
        Assert.Equal("71 [65, 77]", Figure.WithInterval(new(71.2, 65.1, 77.4)));
        Assert.Equal("0.11 [0.06, 0.16]", Figure.WithInterval(new(0.113, 0.061, 0.162)));
        Assert.Equal("2.50", Figure.WithInterval(new(2.5, 2.5, 2.5)));
    }
}
