using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class AttentionKernelTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 2)]
    [InlineData(2, 5, 4, 2, 12)] // shared key heads, a size that is no whole vector
    [InlineData(1, 64, 2, 2, 32)]
    [InlineData(2, 33, 3, 1, 48)] // one row more than a block
    [InlineData(1, 100, 1, 1, 80)]
    public void Agrees_with_plain_operations_forward_and_backward(long batch, long time, long heads, long groups, long size)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            Oracle.Agrees(t => Fused(t, null), t => Plain(t, null), Inputs(type, batch, time, heads, groups, size));
    }

    [Fact]
    public void Agrees_where_rows_hold_several_documents()
    {
        // Documents that begin at a block's edge, within one, and one token before the end.
        var begins = new[] { 0, 3, 32, 50, 69 };
        var first = Enumerable.Range(0, 2 * 70).Select(i => begins.Last(begin => begin <= i % 70)).ToArray();
        Oracle.Agrees(t => Fused(t, first), t => Plain(t, first), Inputs(ScalarType.Float32, 2, 70, 4, 2, 16));
    }

    [Fact]
    public void Agrees_where_attention_is_sharp() =>
        Oracle.Agrees(t => Fused([t[0] * 8, t[1], t[2]], null), t => Plain([t[0] * 8, t[1], t[2]], null), Inputs(ScalarType.Float32, 1, 40, 1, 1, 16));

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads() =>
        Oracle.IsDeterministic(t => Fused(t, null), Inputs(ScalarType.BFloat16, 3, 50, 4, 2, 32));

    [Fact]
    public void Leaks_no_tensor() => Oracle.DoesNotLeak(t => Fused(t, null), Inputs(ScalarType.BFloat16, 1, 20, 2, 2, 16));

    private static Tensor[] Inputs(ScalarType type, long batch, long time, long heads, long groups, long size) =>
    [
        Oracle.Random(type, 1, batch, time, heads, size), Oracle.Random(type, 2, batch, time, groups, size), Oracle.Random(type, 3, batch, time, groups, size),
    ];

    private static Tensor Fused(Tensor[] t, int[]? first) => AttentionKernel.Run(t[0], t[1], t[2], first);

    private static Tensor Plain(Tensor[] t, int[]? first)
    {
        var (batch, time, sharing) = (t[0].shape[0], t[0].shape[1], t[0].shape[2] / t[1].shape[2]);
        var (q, k, v) = (t[0].transpose(1, 2), t[1].repeat_interleave(sharing, 2).transpose(1, 2), t[2].repeat_interleave(sharing, 2).transpose(1, 2));
        var steps = arange(time, ScalarType.Int64);
        var begins = first is null ? zeros([1, 1, 1, 1], ScalarType.Int64) : tensor(first, [batch, 1, time, 1], ScalarType.Int64);
        var allowed = (steps >= begins) & (steps <= steps.unsqueeze(1)); // [B or 1, 1, T, T]
        var scores = einsum("bhtd,bhsd->bhts", q, k) / Math.Sqrt(t[0].shape[3]);
        var p = scores.masked_fill(allowed.logical_not(), double.NegativeInfinity).softmax(-1);
        return einsum("bhts,bhsd->bhtd", p, v).transpose(1, 2);
    }
}
