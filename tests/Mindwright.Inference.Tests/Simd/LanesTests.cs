using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class LanesTests
{
    [Fact]
    public void Exponentials_are_right_within_two_units_in_the_last_place()
    {
        const int Count = 16_000;
        var x = new Operand<Single32>([.. Enumerable.Range(0, Count).Select(i => -87.2 + i * 175.4 / Count)]);
        var y = new Operand<Single32>(Count);
        for (var i = 0; i < Count; i += Lanes.Width)
            Lanes.Store((float*)y.Pointer + i, Lanes.Width, Lanes.Exp(Lanes.Load((float*)x.Pointer + i, Lanes.Width)));
        foreach (var (at, value) in x.Values.Zip(y.Values))
            Assert.InRange(Math.Abs(value - Math.Exp(at)), 0, 2 * (MathF.BitIncrement((float)Math.Exp(at)) - (double)(float)Math.Exp(at)));
        Widths.Record("", [y]);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-88f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(89f, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Exponentials_of_what_lies_outside_are_zero_infinite_or_not_a_number(float x, float expected) =>
        Assert.Equal(expected, Lanes.Exp(Vector512.Create(x))[5]);

    [Fact]
    public void The_sum_and_the_greatest_of_lanes_are_found_wherever_it_stands()
    {
        for (var at = 0; at < Lanes.Width; at++)
        {
            var lanes = Vector512.Create(-3f).WithElement(at, 7f);
            Assert.Equal(7, Lanes.Max(lanes));
            Assert.Equal(7 - 3 * (Lanes.Width - 1), Lanes.Sum(lanes));
        }
    }
}
