using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// What training changes of a model, on disk: the adapters where there are any (as PEFT has them, with a scalar head), else the whole model folder.
/// </summary>
public static class TrainedWeights
{
    // Elements that are hashed at once: what a span can hold, and a device can hand over.
    private const long Chunk = 1 << 26;

    /// <summary>Writes it; the folder is created. Not atomic by itself: write into a folder that is renamed when complete.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="baseModel">Where the model under the adapters is, for whoever loads them; of no use without adapters.</param>
    public static void Save(string folder, Transformer model, string? baseModel = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Adapters is null)
            ModelFolder.Save(folder, model);
        else
            LoraFolder.Save(folder, model, baseModel);
    }

    /// <summary>Reads it back into a model of the same shape, which must have adapters of the same shape if the folder holds adapters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or of another shape, or the folder holds adapters and the model has none, or the reverse.</exception>
    public static void Load(string folder, Transformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var holdsAdapters = File.Exists(Path.Combine(folder, LoraFolder.WeightsFile));
        var holdsModel = File.Exists(Path.Combine(folder, "config.json"));
        if (model.Adapters is null && holdsAdapters && !holdsModel)
            throw new InvalidDataException($"{folder} holds adapters, and the model has none: put some over it first (Transformer.Adapt)");
        if (model.Adapters is not null && holdsModel && !holdsAdapters)
            throw new InvalidDataException($"{folder} holds a whole model, and this one has adapters: load it as the model under them (ModelFolder.Load)");
        if (model.Adapters is null)
            ModelFolder.LoadInto(folder, model);
        else
            LoraFolder.LoadInto(folder, model);
    }

    /// <summary>
    /// SHA-256 of the parameters under the adapters (fp32, in the order of <see cref="FlatParameters.Values"/>) in lower-case hexadecimal, by which a
    /// checkpoint of adapters knows the model that it belongs to; null where there are no adapters.
    /// </summary>
    public static string? BaseHash(Transformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Adapters is null)
            return null;
        var values = model.Weights.Values;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0L; at < values.NumberOfElements; at += Chunk)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(values.narrow(0, at, Math.Min(Chunk, values.NumberOfElements - at)).cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
