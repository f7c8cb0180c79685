using Mindwright.Inference.Opening;
using Mindwright.Inference.Simd;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
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
    /// <exception cref="RecipeException">The recipe names no device that there is anywhere.</exception>
    /// <exception cref="DeviceException">The device that the recipe asks for is not there.</exception>
    public static ComputeSettings Apply(ComputeSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (!ModelDevice.TryParse(section.Device, out var named))
            throw new RecipeException($"\"{section.Device}\" is no device", key: "compute.device", cure: "write auto, cpu, cuda or cuda:N");
        var device = TorchDevices.Resolve(named, "compute.device");
        var threads = section.Threads > 0 ? section.Threads : Environment.ProcessorCount;
        set_num_threads(threads);
        var type = section.Precision switch
        {
            Precision.Fp32 => ScalarType.Float32,
            Precision.Bf16 => ScalarType.BFloat16,
            _ => device.type == DeviceType.CUDA || Processor.HasBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
        return new ComputeSettings(device, type, threads);
    }
}
