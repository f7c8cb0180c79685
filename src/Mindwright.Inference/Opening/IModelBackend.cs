namespace Mindwright.Inference.Opening;

/// <summary>A way to compute models: opens the weights of a model folder on a device.</summary>
public interface IModelBackend
{
    /// <summary>A short name by which a user asks for it, such as <c>torch</c>.</summary>
    string Name { get; }

    /// <summary>Whether it can compute this model on this device of this machine. Looks at the folder's files, and reads no weights.</summary>
    /// <param name="folder">A model folder.</param>
    /// <param name="device">The device asked for; <see cref="ModelDevice.Auto"/>: whether there is any.</param>
    bool Supports(string folder, ModelDevice device);

    /// <summary>Opens a model that it supports.</summary>
    /// <param name="folder">A model folder.</param>
    /// <param name="device">Where to compute it; <see cref="ModelDevice.Auto"/>: where the backend likes best.</param>
    /// <exception cref="InvalidDataException">The weights are damaged, or don't fit <c>config.json</c>.</exception>
    ILanguageModel Open(string folder, ModelDevice device);
}
