namespace Mindwright.Planning.Tests;

public sealed class FormatTests
{
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
    [InlineData(0, "B", "0 B")]
    public void Quantities_read_as_people_write_them(double value, string unit, string text) =>
        Assert.Equal(text, Format.Quantity(value, unit));
}
