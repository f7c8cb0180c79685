namespace Mindwright.Model;

/// <summary>What training changes in a model, on disk: the adapters where there are any, else the whole model.</summary>
public static class TrainedWeights
{
    /// <summary>Writes it into a folder.</summary>
    public static void Save(string folder, Transformer model)
    {
        if (model.Adapters is null)
            ModelFolder.Save(folder, model);
        else
            LoraFolder.Save(folder, model, baseModel: null);
    }

    /// <summary>Reads it back.</summary>
    public static void Load(string folder, Transformer model)
    {
        if (model.Adapters is null)
            ModelFolder.LoadInto(folder, model);
        else
            LoraFolder.LoadInto(folder, model);
    }

    /// <summary>Names the frozen parameters under adapters by their bits; null where there are no adapters.</summary>
    public static string? BaseHash(Transformer model) => model.Adapters is null ? null : Fingerprint.Of(model.Weights.Values);
}
