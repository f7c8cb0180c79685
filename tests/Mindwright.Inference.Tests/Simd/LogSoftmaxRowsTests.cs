using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class LogSoftmaxRowsTests
{
    [Theory]
    [InlineData(1, 5, 1)]
    [InlineData(20, 64, 1)]
    [InlineData(5, 51, 30)] // sharp
    public void Log_probabilities_and_gradients_are_those_of_plain_arithmetic(int rows, int vocabulary, double scale)
    {
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            var (logits, g) = (Operand<T>.Random(1, rows * vocabulary, scale), Operand<Single32>.Random(2, rows));
            var (sums, logProbs) = (new Operand<Single32>(rows), new Operand<Single32>(rows));
            var targets = Enumerable.Range(0, rows).Select(row => row * 7L % vocabulary).ToArray();
            var (before, gs) = (logits.Values.Chunk(vocabulary).ToArray(), g.Values);
            fixed (long* at = targets)
            {
                LogSoftmaxRows.Forward(logits.Pointer, at, (float*)sums.Pointer, (float*)logProbs.Pointer, rows, vocabulary, 2);
                LogSoftmaxRows.Backward(logits.Pointer, at, (float*)sums.Pointer, (float*)g.Pointer, rows, vocabulary, 2);
            }
            Reference.AssertClose([.. before.Select(Reference.LogSum)], sums);
            Reference.AssertClose([.. before.Select((row, n) => row[targets[n]] - Reference.LogSum(row))], logProbs);
            // g·(1[target] − softmax); without the differences where one probability is all but 1 and fp32 has none left.
            if (scale == 1)
                Reference.AssertClose([.. before.SelectMany((row, n) => Reference.Gradient(v => gs[n] * (v[targets[n]] - Reference.LogSum(v)), row))], logits);
            Widths.Record($"{typeof(T).Name}, {rows}, {vocabulary}", [sums, logProbs, logits]);
        }
    }
}
