using Mindwright.Inference;
using Mindwright.Inference.Opening;

namespace Mindwright.Model;

/// <summary>Models through libtorch, in fp32: the forward pass that training uses, too.</summary>
public sealed class TorchBackend : IModelBackend
{
    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public bool Supports(string folder, ModelDevice device) => TorchDevices.Has(device);

    /// <inheritdoc/>
    /// <exception cref="DeviceException">libtorch cannot be loaded, or does not compute on the device here.</exception>
    public ILanguageModel Open(string folder, ModelDevice device) =>
        new TorchLanguageModel(ModelFolder.Load(folder, TorchDevices.Resolve(device, "the device"), trainable: false), owned: true);
}
