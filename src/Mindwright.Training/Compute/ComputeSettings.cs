using System.Runtime.Intrinsics.X86;
using Mindwright.Model;
using Mindwright.Model.Native;
using Mindwright.Training.Recipes;
using Mindwright.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Compute;

/// <summary>Where and in which type a run computes, decided from the recipe and the machine.</summary>
/// <param name="Device">The device.</param>
/// <param name="Type">The type of matrix products.</param>
/// <param name="Threads">Threads of the CPU's math.</param>
public sealed record ComputeSettings(Device Device, ScalarType Type, int Threads)
{
    /// <summary>Decides, and sets libtorch's threads.</summary>
    /// <exception cref="DeviceException">The device that the recipe asks for is not there.</exception>
    public static ComputeSettings Apply(ComputeSection section)
    {
        var libtorch = LibTorch.Load();
        var useCuda = section.Device switch
        {
            "auto" => libtorch.HasCuda,
            "cpu" => false,
            "cuda" when libtorch.HasCuda => true,
            "cuda" => throw new DeviceException(
                $"compute.device is cuda, but libtorch in {libtorch.Folder} has no usable CUDA; name one that has in {LibTorch.FolderVariable}, or set compute.device = \"cpu\""),
            var other => throw new RecipeException($"compute.device is \"{other}\"; it must be auto, cpu or cuda"),
        };
        var threads = section.Threads > 0 ? section.Threads : Environment.ProcessorCount;
        set_num_threads(threads);
        var type = section.Precision switch
        {
            Precision.Fp32 => ScalarType.Float32,
            Precision.Bf16 => ScalarType.BFloat16,
            _ => useCuda || HasBf16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
        return new ComputeSettings(useCuda ? CUDA : CPU, type, threads);
    }

    /// <summary>Whether this processor multiplies bfloat16 natively (AVX-512 BF16 or AMX).</summary>
    public static bool HasBf16
    {
        get
        {
            if (!X86Base.IsSupported || !Avx512F.IsSupported)
                return false;
            var (highest, _, _, _) = X86Base.CpuId(0, 0);
            if (highest < 7)
                return false;
            var (_, _, _, amx) = X86Base.CpuId(7, 0);
            var (avx, _, _, _) = X86Base.CpuId(7, 1);
            return (avx & (1 << 5)) != 0 || (amx & (1 << 22)) != 0;
        }
    }
}
