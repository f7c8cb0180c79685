using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class AdamWTests
{
    [Theory]
    [InlineData(7, false)]
    [InlineData(100, true)]
    [InlineData(20_000, true)] // two blocks
    public void An_update_is_that_of_the_paper(int count, bool hasCopy)
    {
        const double Rate = 1e-2, Decay = 1e-3, Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, Clip = 0.7;
        const int Update = 3;
        var (value, gradient) = (Operand<Single32>.Random(1, count), Operand<Single32>.Random(2, count));
        var (mean, square) = (Operand<Single32>.Random(3, count), new Operand<Single32>([.. Operand<Single32>.Random(4, count).Values.Select(Math.Abs)]));
        var copy = new Operand<Brain16>(count);
        var m = mean.Values.Zip(gradient.Values, (a, g) => Beta1 * a + (1 - Beta1) * g * Clip).ToArray();
        var v = square.Values.Zip(gradient.Values, (a, g) => Beta2 * a + (1 - Beta2) * g * Clip * g * Clip).ToArray();
        var (bias1, bias2) = (1 - Math.Pow(Beta1, Update), 1 - Math.Pow(Beta2, Update));
        var expected = value.Values.Select((w, i) => w * (1 - Decay) - Rate * (m[i] / bias1) / (Math.Sqrt(v[i] / bias2) + Epsilon)).ToArray();

        AdamW.Update(
            (float*)value.Pointer, (float*)gradient.Pointer, (float*)mean.Pointer, (float*)square.Pointer, hasCopy ? copy.Pointer : null, count,
            new AdamWFactors(
                (float)Clip, (float)Beta1, (float)(1 - Beta1), (float)Beta2, (float)(1 - Beta2), (float)(1 - Decay), (float)(-Rate / bias1),
                (float)(1 / Math.Sqrt(bias2)), (float)Epsilon),
            threads: 2);

        Reference.AssertClose(m, mean);
        Reference.AssertClose(v, square);
        Reference.AssertClose(expected, value);
        if (hasCopy)
            Assert.Equal(new Operand<Brain16>(value.Values).Values, copy.Values);
        Widths.Record($"{count}", [value, mean, square, copy]);
    }
}
