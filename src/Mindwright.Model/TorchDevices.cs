using System.Globalization;
using Mindwright.Inference.Opening;
using Mindwright.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>The devices that libtorch computes on here.</summary>
internal static class TorchDevices
{
    /// <summary>Whether libtorch computes on a device here; <see cref="ModelDevice.Auto"/>: always.</summary>
    /// <exception cref="DeviceException">libtorch cannot be loaded.</exception>
    public static bool Has(ModelDevice device) => device.Kind != ModelDeviceKind.Cuda || (LibTorch.Load().HasCuda && device.Index < cuda.device_count());

    /// <summary>The device of a name: of <see cref="ModelDevice.Auto"/> the first GPU where there is one, else the processor.</summary>
    /// <param name="device">What was asked for.</param>
    /// <param name="asked">Where it was asked for, for the message: an option or a key of a recipe.</param>
    /// <exception cref="DeviceException">It is not there, or libtorch cannot be loaded; the message gives the cure.</exception>
    public static Device Resolve(ModelDevice device, string asked)
    {
        var libtorch = LibTorch.Load();
        if (device.Kind == ModelDeviceKind.Cpu || (device.Kind == ModelDeviceKind.Auto && !libtorch.HasCuda))
            return CPU;
        if (!libtorch.HasCuda)
        {
            throw new DeviceException(
                $"{asked} is {device}, but libtorch in {libtorch.Folder} has no usable CUDA; name one that has in {LibTorch.FolderVariable}, or set {asked} to cpu");
        }
        if (device.Index >= cuda.device_count())
            throw new DeviceException(string.Create(CultureInfo.InvariantCulture, $"{asked} is {device}, and there are {cuda.device_count()} GPUs, numbered from 0"));
        return torch.device(DeviceType.CUDA, device.Index);
    }
}
