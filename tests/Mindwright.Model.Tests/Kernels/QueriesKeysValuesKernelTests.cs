using static TorchSharp.torch;

namespace Mindwright.Model.Tests;

[Collection(nameof(Alone))]
public sealed class QueriesKeysValuesKernelTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 2, true, true)]
    [InlineData(2, 5, 3, 1, 6, true, true)]
    [InlineData(2, 50, 4, 2, 48, true, true)]
    [InlineData(2, 50, 4, 4, 32, false, true)]
    [InlineData(2, 5, 2, 2, 7, false, false)]
    public void Agrees_with_plain_operations_forward_and_backward(long batch, long time, int heads, int groups, int size, bool isNormed, bool isRotated)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            var angles = Oracle.Random(ScalarType.Float32, 4, batch, time, 1, size / 2);
            var rotation = isRotated ? new Rotation(angles.cos(), angles.sin()) : null;
            var wide = isRotated ? new Rotation(rotation!.Cos.to(ScalarType.Float64), rotation.Sin.to(ScalarType.Float64)) : null;
            var qkv = Oracle.Random(type, 1, batch, time, (heads + 2 * groups) * size);
            Tensor[] inputs = isNormed ? [qkv, Oracle.Random(ScalarType.Float32, 2, size), Oracle.Random(ScalarType.Float32, 3, size)] : [qkv];
            Oracle.Agrees(t => Fused(t, heads, groups, rotation), t => Plain(t, heads, groups, wide), inputs);
        }
    }

    [Fact]
    public void Is_the_same_bit_for_bit_for_any_number_of_threads() =>
        Oracle.IsDeterministic(t => Fused(t, 4, 2, null),
            Oracle.Random(ScalarType.BFloat16, 1, 4, 256, 8 * 48), Oracle.Random(ScalarType.Float32, 2, 48), Oracle.Random(ScalarType.Float32, 3, 48));

    [Fact]
    public void Leaks_no_tensor() =>
        Oracle.DoesNotLeak(t => Fused(t, 4, 2, null),
            Oracle.Random(ScalarType.BFloat16, 1, 2, 20, 8 * 48), Oracle.Random(ScalarType.Float32, 2, 48), Oracle.Random(ScalarType.Float32, 3, 48));

    private static Tensor Fused(Tensor[] t, int heads, int groups, Rotation? rotation)
    {
        var (q, k, v) = Kernels.QueriesKeysValues(t[0], heads, groups, t.ElementAtOrDefault(1), t.ElementAtOrDefault(2), 1e-6, rotation);
        // Transposed, so that gradients come back strided as they do from attention.
        return cat([q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)], 1);
    }

    private static Tensor Plain(Tensor[] t, int heads, int groups, Rotation? rotation)
    {
        var parts = t[0].view(t[0].shape[0], t[0].shape[1], heads + 2 * groups, -1).split([heads, groups, groups], 2);
        var (q, k) = (parts[0], parts[1]);
        if (t.Length > 1)
            (q, k) = (Norm(q, t[1]), Norm(k, t[2]));
        if (rotation is not null)
            (q, k) = (Kernels.Rotate(q, rotation), Kernels.Rotate(k, rotation));
        return cat([q, k, parts[2]], 2).transpose(1, 2);

        static Tensor Norm(Tensor x, Tensor w) => x * (x.square().mean([-1], keepdim: true) + 1e-6).rsqrt() * w;
    }
}
