using System.Text.Json;

namespace Mindwright.Planning;

/// <summary>The shape of a transformer, as far as planning needs it.</summary>
/// <param name="Name">Its name in commands, or the folder it was read from.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="ActiveParameters">Parameters that a token passes through: fewer than all in a mixture of experts.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads: fewer than <paramref name="Heads"/> in grouped-query attention.</param>
/// <param name="HeadDimension">Width of a head.</param>
/// <param name="KvLoraRank">Width of the compressed keys and values in multi-head latent attention; 0 without it.</param>
/// <param name="RopeHeadDimension">Width of the rotary key beside it; 0 without it.</param>
/// <param name="Context">The longest sequence it is meant for, tokens.</param>
/// <param name="Source">Where the values are from.</param>
public sealed record ModelShape(
    string Name, double Parameters, double ActiveParameters, int Layers, int Hidden, int Heads, int KvHeads, int HeadDimension,
    int KvLoraRank, int RopeHeadDimension, int Context, string Source)
{
    private static readonly Lazy<SortedDictionary<string, ModelShape>> KnownModels = new(ReadKnown);

    /// <summary>The models of the built-in table, by name.</summary>
    public static IReadOnlyCollection<ModelShape> Known => KnownModels.Value.Values;

    /// <summary>Numbers that the cache keeps a token, over all layers: 2·layers·kv_heads·head_dim, or layers·(rank + rope) with
    /// MLA.</summary>
    public double KvValuesPerToken =>
        KvLoraRank > 0 ? (double)Layers * (KvLoraRank + RopeHeadDimension) : 2.0 * Layers * KvHeads * HeadDimension;

    /// <summary>A built-in model by name, or any model folder (or config.json) in the Hugging Face layout.</summary>
    /// <exception cref="ArgumentException">Neither a known name nor an existing path.</exception>
    /// <exception cref="InvalidDataException">The config.json is damaged or lacks a key, or the parameters of its architecture cannot be counted.</exception>
    public static ModelShape Find(string nameOrPath)
    {
        if (KnownModels.Value.TryGetValue(nameOrPath, out var known))
            return known;
        var path = Directory.Exists(nameOrPath) ? Path.Combine(nameOrPath, "config.json") : nameOrPath;
        if (!File.Exists(path))
            throw Require.Error("model",
                $"'{nameOrPath}' is neither a folder with config.json nor one of {string.Join(", ", KnownModels.Value.Keys)}");
        return ModelShapeReader.Read(path, nameOrPath);
    }

    private static SortedDictionary<string, ModelShape> ReadKnown()
    {
        var models = new SortedDictionary<string, ModelShape>(StringComparer.OrdinalIgnoreCase);
        using var stream = Resources.Open("models.json");
        using var json = JsonDocument.Parse(stream);
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            var reader = new EntryReader(entry, "models.json");
            var parameters = reader.Required("parameters");
            var heads = (int)reader.Required("heads");
            models[entry.Name] = new ModelShape(entry.Name, parameters, reader.Optional("active_parameters") ?? parameters,
                (int)reader.Required("layers"), (int)reader.Required("hidden"), heads, (int)(reader.Optional("kv_heads") ?? heads),
                (int)reader.Required("head_dim"), (int)(reader.Optional("kv_lora_rank") ?? 0), (int)(reader.Optional("rope_head_dim") ?? 0),
                (int)reader.Required("context"), reader.Text("source")!);
            reader.RefuseUnknownKeys();
        }
        return models;
    }
}
