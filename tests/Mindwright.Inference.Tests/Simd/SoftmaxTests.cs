using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class SoftmaxTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Exponentials_divided_by_their_sum_are_the_probabilities(int length)
    {
        var scores = Operand<Single32>.Random(1, length, 10);
        var before = scores.Values;
        var total = Softmax.Exponentials((float*)scores.Pointer, length);
        Assert.Equal(1, scores.Values.Max());
        Assert.InRange(Reference.Error([.. scores.Values.Select(e => e / total)], [.. before.Select(s => Math.Exp(s - Reference.LogSum(before)))]), 0, 1e-5);
        Widths.Record($"{length}", [scores]);
    }
}
