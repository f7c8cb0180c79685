using Mindwright.Model.Native;

namespace Mindwright.Model.Tests.Native;

/// <summary>Memory that is used again, over a pretended system that counts what it gave.</summary>
public sealed class BlockCacheTests
{
    private readonly Dictionary<nint, long> _mapped = [];
    private long _limit = long.MaxValue;
    private nint _next = 1 << 20;
    private int _maps;

    [Fact]
    public void Blocks_never_overlap_and_little_more_is_kept_than_was_ever_in_use()
    {
        var random = new Random(5);
        var cache = new BlockCache(Map, Unmap);
        var used = new Dictionary<nint, long>();
        long inUse = 0, most = 0;
        for (var round = 0; round < 20_000; round++)
        {
            if (used.Count > 0 && random.Next(100) < 50)
            {
                var (address, size) = used.ElementAt(random.Next(used.Count));
                Assert.True(cache.Return(address));
                used.Remove(address);
                inUse -= size;
                continue;
            }
            var asked = 1L + random.Next(1, 40) * (long)random.Next(1, 100_000);
            var got = cache.Take(asked);
            Assert.True(_mapped[got] >= asked); // a block of the system's, whole, so it overlaps no other
            asked = (asked + 4095) / 4096 * 4096;
            Assert.True(used.TryAdd(got, asked));
            inUse += asked;
            most = Math.Max(most, inUse);
            Assert.Equal(_mapped.Values.Sum(), cache.Held);
            var kept = cache.Held - used.Keys.Sum(address => _mapped[address]);
            Assert.True(kept == 0 || cache.Held <= most + Math.Max(most / 8, 16 << 20));
        }
        Assert.True(_maps < 2_000); // of some 10,000 requests
    }

    [Fact]
    public void A_block_that_is_much_too_large_serves_before_more_is_asked_of_the_system_than_is_allowed()
    {
        var cache = new BlockCache(Map, Unmap);
        var large = Enumerable.Range(0, 4).Select(_ => cache.Take(40 << 20)).ToArray();
        foreach (var address in large)
            cache.Return(address);
        var small = Enumerable.Range(0, 6).Select(_ => cache.Take(6 << 20)).ToArray();
        Assert.Equal(3, small.Count(large.Contains)); // of 20 MiB beyond the 160 in use at most, three fit
        Assert.Equal((160 + 18) << 20, cache.Held);
    }

    [Fact]
    public void A_step_like_the_one_before_needs_nothing_new()
    {
        var cache = new BlockCache(Map, Unmap);
        Step();
        var after = _maps;
        Step();
        Step();
        Assert.Equal(after, _maps);

        void Step()
        {
            var kept = new List<nint>();
            for (var layer = 0; layer < 12; layer++)
            {
                kept.Add(cache.Take(300_000));
                var passing = cache.Take(1_600_000);
                kept.Add(cache.Take(900_000));
                cache.Return(passing);
            }
            for (var i = kept.Count - 1; i >= 0; i--)
            {
                var gradient = cache.Take(i % 2 == 0 ? 300_000 : 900_000);
                cache.Return(kept[i]);
                cache.Return(gradient);
            }
        }
    }

    [Fact]
    public void What_is_kept_goes_back_before_a_request_fails()
    {
        _limit = 10 << 20;
        var cache = new BlockCache(Map, Unmap);
        var first = cache.Take(6 << 20);
        Assert.Equal(0, cache.Take(8 << 20)); // in use: not to be had
        Assert.True(cache.Return(first));
        Assert.NotEqual(0, cache.Take(8 << 20));
        Assert.Equal(8 << 20, cache.Held);
    }

    [Fact]
    public void A_request_that_failed_does_not_raise_what_may_be_kept()
    {
        _limit = 100 << 20;
        var cache = new BlockCache(Map, Unmap);
        Assert.Equal(0, cache.Take(1L << 40));
        var blocks = Enumerable.Range(0, 6).Select(i => cache.Take((i + 1) << 20)).ToArray(); // 21 MiB
        foreach (var address in blocks)
            cache.Return(address);
        cache.Return(cache.Take(20 << 20));
        Assert.True(cache.Held <= (21 + 16) << 20);
    }

    [Fact]
    public void A_block_of_another_is_not_taken()
    {
        var cache = new BlockCache(Map, Unmap);
        var address = cache.Take(100_000);
        Assert.False(cache.Return(address + 4096));
        Assert.True(cache.Return(address));
        Assert.False(cache.Return(address));
    }

    private nint Map(long size)
    {
        if (_mapped.Values.Sum() + size > _limit)
            return 0;
        _maps++;
        var address = _next;
        _next += (nint)size;
        _mapped.Add(address, size);
        return address;
    }

    private void Unmap(nint address, long size)
    {
        Assert.Equal(size, _mapped[address]);
        _mapped.Remove(address);
    }
}
