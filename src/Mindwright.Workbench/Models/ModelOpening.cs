using Mindwright.Inference.Opening;
using Mindwright.Model;

namespace Mindwright.Workbench.Models;

/// <summary>Opens models by what a person named: the one way that all commands and the web application take.</summary>
public static class ModelOpening
{
    /// <summary>The backends that this program has, the preferred one first.</summary>
    public static ModelBackends Backends { get; } = new(new TorchBackend());

    /// <summary>Opens a model.</summary>
    /// <param name="name">A run, or a model folder, as <see cref="ModelFinder.Find"/> takes it; null for the newest run with a model.</param>
    /// <param name="backend">The name of a backend, or <c>auto</c>.</param>
    /// <param name="device">Where to compute the model.</param>
    /// <param name="backends">The backends to choose from; <see cref="Backends"/> if null.</param>
    /// <exception cref="ArgumentException">No backend has this name.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such run or folder.</exception>
    /// <exception cref="InvalidDataException">The run has no model yet, or a file is damaged.</exception>
    /// <exception cref="DeviceException">This machine has no such device; the message gives the cure.</exception>
    /// <exception cref="NotSupportedException">The backend does not compute this model on this device.</exception>
    public static OpenedModel Open(string? name, string backend = ModelBackends.Auto, ModelDevice device = default, ModelBackends? backends = null)
    {
        var folder = ModelFinder.Find(name);
        try
        {
            return OpenedModel.Open(folder, backends ?? Backends, backend, device);
        }
        catch (NotSupportedException) when (device.Kind == ModelDeviceKind.Cuda)
        {
            TorchDevices.Resolve(device, "the device"); // a missing GPU is the machine's lack, and no wrong choice of a backend
            throw;
        }
    }
}
