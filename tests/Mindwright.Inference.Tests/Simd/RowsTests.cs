using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class RowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1023)]
    [InlineData(100_000)]
    public void Blocks_hold_each_row_once_and_are_the_same_whatever_the_number_of_threads(int rows)
    {
        (int Block, long From, long To)[]? first = null;
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var seen = new List<(int Block, long From, long To)>();
            Rows.Run(rows, 1 << 17, threads, (block, from, to) =>
            {
                lock (seen)
                    seen.Add((block, from, to));
            });
            seen.Sort();
            Assert.Equal(Rows.Blocks(rows), seen.Count);
            Assert.Equal(Enumerable.Range(0, seen.Count), seen.Select(s => s.Block));
            Assert.Equal(seen.Select(s => s.To).Prepend(0), seen.Select(s => s.From).Append(rows));
            Assert.Equal(first ??= [.. seen], seen);
        }
    }

    [Fact]
    public void Sums_of_rows_are_taken_in_double_precision()
    {
        var from = new Operand<Single32>([1e8, 1, 1, 2, -1e8, 3]);
        var total = new Operand<Single32>(2);
        Rows.Sum((float*)from.Pointer, 3, 2, (float*)total.Pointer);
        Assert.Equal([1, 6], total.Values);
        Widths.Record("", [total]);
    }
}
