using System.Runtime.InteropServices;
using Mindwright.Model.Native;
using static TorchSharp.torch;

namespace Mindwright.Model.Tests.Native;

/// <summary>libtorch's tensors in our memory; alone, since whatever else runs takes from the same.</summary>
[Collection(nameof(Alone))]
public sealed class TensorMemoryTests
{
    public TensorMemoryTests() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64
        && Environment.GetEnvironmentVariable(LibTorch.FolderVariable) is not { Length: > 0 },
        "tensors have memory of ours on Linux x64 with the libtorch that comes with the program");

    [Fact]
    public void A_large_tensor_takes_the_memory_of_one_like_it()
    {
        const int Size = 1_234_567;
        var first = Address(Size);
        Assert.Equal(first, Address(Size));
        Assert.Equal(first, Address(Size - 1000));
        Assert.Equal(0, first % 4096);
    }

    [Fact]
    public void What_lies_in_it_stays_whatever_else_comes_and_goes()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var kept = new Queue<(Tensor Tensor, float Value)>();
        for (var i = 0; i < 300; i++)
        {
            var value = (float)i;
            kept.Enqueue((full([random.Next(1_000, 60_000)], value), value));
            if (kept.Count < 20)
                continue;
            var (tensor, expected) = kept.Dequeue();
            Assert.True((tensor == expected).all().item<bool>());
            Assert.True((tensor.clone().add_(1) == expected + 1).all().item<bool>());
            tensor.Dispose();
        }
    }

    [Fact]
    public void Threads_share_it()
    {
        Parallel.For(0, 64, i =>
        {
            using var scope = NewDisposeScope();
            for (var round = 0; round < 20; round++)
            {
                var tensor = full([50_000 + 100 * (i % 4)], (float)i);
                Assert.Equal(tensor.NumberOfElements * (double)i, tensor.to(ScalarType.Float64).sum().item<double>());
                tensor.Dispose();
            }
        });
    }

    [Fact]
    public void More_than_there_is_fails_as_it_always_did()
    {
        var error = Assert.ThrowsAny<Exception>(() => empty([1L << 45], ScalarType.Float32));
        Assert.Contains("memory", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static nint Address(int size)
    {
        using var tensor = empty([size], ScalarType.Float32);
        return TensorStorage.Address(tensor);
    }
}
