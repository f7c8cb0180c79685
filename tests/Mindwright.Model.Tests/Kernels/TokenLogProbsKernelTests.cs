using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class TokenLogProbsKernelTests
{
    [Theory]
    [InlineData(1, 8, 5)]
    [InlineData(7, 33, 65)]
    [InlineData(300, 16, 1000)]
    [InlineData(500, 4, 40_000)] // several chunks
    public void Agrees_with_plain_operations_forward_and_backward(long rows, long columns, long vocabulary)
    {
        var targets = (arange(rows, ScalarType.Int64) * 7919).remainder(vocabulary);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            // bf16 logits are rounded: small ones keep the error of the comparison that of one rounding.
            var hidden = Oracle.Random(type, 1, rows, columns);
            Oracle.Agrees(Fused, Plain, hidden, Oracle.Random(type, 2, vocabulary, columns) * 0.1, targets);
        }
    }

    [Fact]
    public void Agrees_where_logits_are_extreme() =>
        Oracle.Agrees(Fused, Plain, Oracle.Random(ScalarType.Float32, 1, 5, 8) * 100, Oracle.Random(ScalarType.Float32, 2, 50, 8) * 10,
            arange(5, ScalarType.Int64));

    [Fact]
    public void Names_a_target_outside_the_vocabulary()
    {
        var (hidden, head) = (zeros([1, 4]), zeros([9, 4]));
        var error = Assert.Throws<ArgumentException>(() => Kernels.TokenLogProbs(hidden, Oracle.Parameter(head), tensor(new long[] { 9 })));
        Assert.Contains("9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads()
    {
        using var head = Oracle.Random(ScalarType.Float32, 2, 1000, 16);
        Oracle.IsDeterministic(t => Kernels.TokenLogProbs(t[0], Oracle.Parameter(head), t[1]), Oracle.Random(ScalarType.Float32, 1, 600, 16), arange(600, ScalarType.Int64));
    }

    [Fact]
    public void Leaks_no_tensor() =>
        Oracle.DoesNotLeak(Fused, Oracle.Random(ScalarType.BFloat16, 1, 100, 16), Oracle.Random(ScalarType.BFloat16, 2, 200, 16), arange(100, ScalarType.Int64));

    private static Tensor Fused(Tensor[] t) => Kernels.TokenLogProbs(t[0], Oracle.Parameter(t[1]), t[2]);

    private static Tensor Plain(Tensor[] t) =>
        nn.functional.log_softmax(t[0].mm(t[1].t()), -1).gather(-1, t[2].unsqueeze(-1)).squeeze(-1);
}
