using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class TilesTests
{
    [Theory]
    [InlineData(4, 16, 1, false, false)]
    [InlineData(8, 112, 19, false, false)] // four vectors, two, and one
    [InlineData(4, 48, 33, true, false)]
    [InlineData(12, 64, 20, true, true)]
    public void Products_are_those_of_plain_arithmetic(int m, int n, int k, bool isTurned, bool add)
    {
        var (a, b) = (Operand<Single32>.Random(1, m * k), Operand<Single32>.Random(2, k * n));
        var (before, c) = (Operand<Single32>.Random(3, m * n), Operand<Single32>.Random(3, m * n));
        var (row, column) = isTurned ? (1, m) : (k, 1);
        Tiles.Multiply((float*)a.Pointer, row, column, (float*)b.Pointer, n, (float*)c.Pointer, n, m, n, k, add);
        var (av, bv, start) = (a.Values, b.Values, before.Values);
        var expected = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
                expected[i * n + j] = (add ? start[i * n + j] : 0) + Enumerable.Range(0, k).Sum(l => av[i * row + l * column] * bv[l * n + j]);
        Reference.AssertClose(expected, c);
        Widths.Record($"{m}, {n}, {k}", [c]);
    }
}
