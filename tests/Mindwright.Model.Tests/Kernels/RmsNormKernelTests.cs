using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class RmsNormKernelTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 64)]
    [InlineData(7, 33)]
    [InlineData(300, 192)]
    [InlineData(3000, 100)]
    public void Agrees_with_plain_operations_forward_and_backward(long rows, long columns)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            Oracle.Agrees(Fused, Plain, Oracle.Random(type, 1, rows, columns), Oracle.Random(ScalarType.Float32, 2, columns));
    }

    [Fact]
    public void Agrees_on_a_strided_input() =>
        Oracle.Agrees(t => Fused([t[0].narrow(1, 3, 20), t[1]]), t => Plain([t[0].narrow(1, 3, 20), t[1]]),
            Oracle.Random(ScalarType.Float32, 1, 9, 40), Oracle.Random(ScalarType.Float32, 2, 20));

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads() =>
        Oracle.IsDeterministic(Fused, Oracle.Random(ScalarType.BFloat16, 1, 4096, 192), Oracle.Random(ScalarType.Float32, 2, 192));

    [Fact]
    public void Leaks_no_tensor() =>
        Oracle.DoesNotLeak(Fused, Oracle.Random(ScalarType.BFloat16, 1, 100, 192), Oracle.Random(ScalarType.Float32, 2, 192));

    private static Tensor Fused(Tensor[] t) => Kernels.RmsNorm(t[0], t[1], 1e-6);

    private static Tensor Plain(Tensor[] t) => t[0] * (t[0].square().mean([-1], keepdim: true) + 1e-6).rsqrt() * t[1];
}
