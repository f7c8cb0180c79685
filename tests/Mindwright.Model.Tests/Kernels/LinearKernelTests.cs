using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class LinearKernelTests
{
    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(70, 48, 33)]
    [InlineData(2, 8, 600_000)] // the gradient in several chunks
    public void Agrees_with_plain_operations_forward_and_backward(long rows, long inputs, long outputs)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            Oracle.Agrees(
                t => Kernels.Linear(t[0], Oracle.Parameter(t[1])), t => t[0].mm(t[1].t()),
                Oracle.Random(type, 1, rows, inputs), Oracle.Random(type, 2, outputs, inputs));
        }
    }

    [Fact]
    public void Adds_a_bias_in_fp32() =>
        Oracle.Agrees(
            t => Kernels.Linear(t[0], Oracle.Parameter(t[1]), t[2]), t => t[0].mm(t[1].t()) + t[2],
            Oracle.Random(ScalarType.Float32, 1, 9, 16), Oracle.Random(ScalarType.Float32, 2, 20, 16), Oracle.Random(ScalarType.Float32, 3, 20));

    [Fact]
    public void Leaks_no_tensor() =>
        Oracle.DoesNotLeak(
            t => Kernels.Linear(t[0], Oracle.Parameter(t[1])), Oracle.Random(ScalarType.BFloat16, 1, 10, 16), Oracle.Random(ScalarType.BFloat16, 2, 20, 16));
}
