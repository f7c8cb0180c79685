using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class DecodeAttentionKernelTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 4, 4, 64)]
    [InlineData(ScalarType.Float32, 6, 2, 33)]
    [InlineData(ScalarType.BFloat16, 4, 1, 16)]
    public void Agrees_with_plain_attention_over_each_slots_own_past(ScalarType type, int heads, int groups, int size)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        const int capacity = 1100; // beyond what the kernel keeps on the stack
        int[] slots = [3, 0, 2];
        int[] lengths = [0, 17, 1090];
        var keys = Oracle.Random(type, 1, 4, capacity + 1, groups, size);
        var values = Oracle.Random(type, 2, 4, capacity + 1, groups, size);
        var (q, k, v) = (Oracle.Random(type, 3, 3, 1, heads, size), Oracle.Random(type, 4, 3, 1, groups, size), Oracle.Random(type, 5, 3, 1, groups, size));
        var (keysBefore, valuesBefore) = (keys.clone(), values.clone());

        Assert.True(DecodeAttentionKernel.Handles(q));
        var actual = DecodeAttentionKernel.Run(q, k, v, keys, values, slots, lengths);

        for (var n = 0; n < slots.Length; n++)
        {
            var (slot, length) = (slots[n], lengths[n]);
            keysBefore[slot][length].copy_(k[n][0]);
            valuesBefore[slot][length].copy_(v[n][0]);
            var pastK = keysBefore[slot].narrow(0, 0, length + 1).to(ScalarType.Float64).repeat_interleave(heads / groups, 1); // [T, H, D]
            var pastV = valuesBefore[slot].narrow(0, 0, length + 1).to(ScalarType.Float64).repeat_interleave(heads / groups, 1);
            var scores = (q[n][0].to(ScalarType.Float64) * pastK).sum(-1) / Math.Sqrt(size); // [T, H]
            var expected = (scores.softmax(0).unsqueeze(-1) * pastV).sum([0L]).flatten(); // [H·D]
            Assert.True(Oracle.Error(actual[n][0], expected) < (type == ScalarType.Float32 ? 1e-5 : 8e-3));
        }
        Assert.True(keys.equal(keysBefore).all().item<bool>()); // the new keys and values stand in the cache, and nothing else has changed
        Assert.True(values.equal(valuesBefore).all().item<bool>());
    }

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var threads = get_num_threads();
        Tensor Run()
        {
            var (keys, values) = (Oracle.Random(ScalarType.BFloat16, 1, 64, 300, 3, 64), Oracle.Random(ScalarType.BFloat16, 2, 64, 300, 3, 64));
            var q = Oracle.Random(ScalarType.BFloat16, 3, 64, 1, 3, 64);
            return DecodeAttentionKernel.Run(q, q, q, keys, values, [.. Enumerable.Range(0, 64)], [.. Enumerable.Range(100, 64)]);
        }
        try
        {
            set_num_threads(1);
            var alone = Run();
            set_num_threads(2);
            Assert.True(alone.equal(Run()).all().item<bool>());
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
