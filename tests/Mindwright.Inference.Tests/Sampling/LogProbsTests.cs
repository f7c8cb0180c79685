using CsCheck;
using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Tests.Sampling;

public sealed class LogProbsTests
{
    [Fact]
    public void Log_probs_normalize_under_every_option() =>
        Gen.Select(Gen.Float[-80, 80].Array[1, 3000], Gen.Double[0, 2], Gen.Int[0, 20], Gen.Double[0.1, 1]).Sample((logits, temperature, topK, topP) =>
        {
            var row = new float[logits.Length];
            LogProbs.Transform(logits, new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP }, [], row);
            Assert.Equal(1, row.Sum(x => Math.Exp(x)), 1e-4);
        }, iter: 200);

    [Fact]
    public void Log_softmax_is_the_textbook_formula_in_double() =>
        Gen.Float[-20, 20].Array[1, 2500].Sample(logits =>
        {
            var row = new float[logits.Length];
            LogProbs.LogSoftmax(logits, row);
            var total = Math.Log(logits.Sum(x => Math.Exp(x)));
            for (var t = 0; t < logits.Length; t++)
                Assert.Equal(logits[t] - total, row[t], 2e-5);
        }, iter: 200);

    [Fact]
    public void Log_softmax_is_stable_and_ignores_a_shift_of_all_logits()
    {
        var (near, far) = (new float[3], new float[3]);
        LogProbs.LogSoftmax([0, 1, 2], near);
        LogProbs.LogSoftmax([1000, 1001, 1002], far);
        Assert.Equal(near, far, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void The_neutral_options_are_the_plain_log_softmax()
    {
        float[] logits = [0.5f, -1, 3, float.NegativeInfinity];
        var (plain, transformed) = (new float[4], new float[4]);
        LogProbs.LogSoftmax(logits, plain);
        LogProbs.Transform(logits, new SamplingOptions(), [2, 2], transformed);
        Assert.Equal(plain, transformed, (a, b) => a == b || Math.Abs(a - b) < 1e-6);
    }
}
