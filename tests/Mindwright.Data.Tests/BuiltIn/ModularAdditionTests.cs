using System.Globalization;
using Mindwright.Data.BuiltIn;

namespace Mindwright.Data.Tests.BuiltIn;

public class ModularAdditionTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(13)]
    public void Every_sum_is_there_once_and_right(int modulus)
    {
        var sums = ModularAddition.Sums(modulus, 1).Select(sum => sum.Split([' ', '+', '='], StringSplitOptions.RemoveEmptyEntries)
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal(modulus * modulus, sums.Select(s => (s[0], s[1])).Distinct().Count());
        Assert.All(sums, s => Assert.Equal((s[0] + s[1]) % modulus, s[2]));
    }

    [Fact]
    public void The_order_follows_from_the_seed()
    {
        Assert.Equal(ModularAddition.Sums(11, 3), ModularAddition.Sums(11, 3));
        Assert.NotEqual(ModularAddition.Sums(11, 3), ModularAddition.Sums(11, 4));
    }
}
