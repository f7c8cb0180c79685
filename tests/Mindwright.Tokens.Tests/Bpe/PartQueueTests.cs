using System.Collections.Concurrent;
using Mindwright.Tokens.Bpe;

namespace Mindwright.Tokens.Tests.Bpe;

public sealed class PartQueueTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(1_000, 3)]
    [InlineData(100_000, 8)]
    public void Every_part_is_dealt_out_once(int parts, int workers)
    {
        var queue = new PartQueue(parts, workers);
        var dealt = new ConcurrentBag<int>();
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() =>
        {
            while (queue.TryTake(worker, out var part))
                dealt.Add(part);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(Enumerable.Range(0, parts), dealt.Order());
    }

    [Fact]
    public void A_worker_goes_through_its_own_stretch_and_then_takes_from_the_end_of_the_other()
    {
        var queue = new PartQueue(6, 2);
        var dealt = new List<int>();
        while (queue.TryTake(1, out var part))
            dealt.Add(part);
        Assert.Equal([3, 4, 5, 2, 1, 0], dealt);
        Assert.False(queue.TryTake(0, out _));
    }
}
