namespace Mindwright.Data.Tests;

public sealed class ExactDuplicateIndexTests
{
    [Fact]
    public void It_holds_what_a_set_holds()
    {
        var random = new Random(1);
        var index = new ExactDuplicateIndex();
        var set = new HashSet<UInt128>();
        for (var i = 0; i < 10_000; i++)
        {
            // Few values in the lower half, and fewer in the upper: hashes that fall on one slot, or bear one mark, are still told apart.
            var hash = new UInt128((ulong)random.Next(50), (ulong)random.Next(200) << 45);
            Assert.Equal(set.Contains(hash), index.Contains(hash));
            if (set.Add(hash))
                index.Add(hash);
        }
        Assert.InRange(set.Count, 5_000, 8_000);
    }
}
