using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class SwiGluKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(7, 33)]
    [InlineData(3000, 100)]
    public void Agrees_with_plain_operations_forward_and_backward(long rows, long inner)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            Oracle.Agrees(Fused, Plain, Oracle.Random(type, 1, rows, 2 * inner));
    }

    [Fact]
    public void Agrees_where_the_gate_is_extreme() =>
        Oracle.Agrees(Fused, Plain, Oracle.Random(ScalarType.Float32, 1, 10, 64) * 100);

    [Fact]
    public void Passes_on_what_is_not_a_number() =>
        Assert.True(Kernels.SwiGlu(full([1, 8], float.NaN)).isnan().all().item<bool>());

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads() =>
        Oracle.IsDeterministic(Fused, Oracle.Random(ScalarType.BFloat16, 1, 4096, 256));

    [Fact]
    public void Leaks_no_tensor() => Oracle.DoesNotLeak(Fused, Oracle.Random(ScalarType.BFloat16, 1, 100, 64));

    private static Tensor Fused(Tensor[] t) => Kernels.SwiGlu(t[0]);

    private static Tensor Plain(Tensor[] t)
    {
        var halves = t[0].chunk(2, -1);
        return halves[0] * halves[0].sigmoid() * halves[1];
    }
}
