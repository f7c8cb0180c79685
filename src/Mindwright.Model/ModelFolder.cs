using System.Text.Json;
using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// A model on disk: the folder that Hugging Face libraries read, <c>config.json</c>, <c>generation_config.json</c> and
/// <c>model.safetensors</c> (in shards above 5 GB). The tokenizer's files beside them belong to <c>Mindwright.Tokens</c>.
/// </summary>
public static class ModelFolder
{
    /// <summary>Loads a model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="device">Where the model shall live; the CPU by default.</param>
    /// <param name="compute">fp32, or bfloat16 for 16-bit products.</param>
    /// <param name="trainable">False allocates no gradients.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or a tensor is missing, superfluous or of the wrong shape.</exception>
    public static Transformer Load(string folder, Device? device = null, ScalarType compute = ScalarType.Float32, bool trainable = true)
    {
        var config = ModelConfig.Load(folder);
        using var file = SafetensorsFolder.Open(folder);
        if (config is { Head: ModelHead.Vocabulary, TiedEmbeddings: false } && !file.Tensors.ContainsKey(TensorLayout.VocabularyHeadName))
            config = config with { TiedEmbeddings = true }; // some folders leave the shared copy out without saying so
        return Filled(new Transformer(config, device, compute, trainable), model => Fill(model, file, folder));
    }

    /// <summary>
    /// Loads a reward or value model: one with a scalar head, or a language model whose head makes way for a fresh scalar one
    /// (<see cref="Initialization.RandomizeScalarHead"/>).
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="seed">Decides a fresh head.</param>
    /// <param name="device">Where the model shall live; the CPU by default.</param>
    /// <param name="compute">fp32, or bfloat16 for 16-bit products.</param>
    /// <param name="trainable">False allocates no gradients.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static Transformer LoadScalar(
        string folder, ulong seed, Device? device = null, ScalarType compute = ScalarType.Float32, bool trainable = true)
    {
        var config = ModelConfig.Load(folder);
        if (config.Head == ModelHead.Scalar)
            return Load(folder, device, compute, trainable);
        using var file = SafetensorsFolder.Open(folder);
        return Filled(new Transformer(config with { Head = ModelHead.Scalar }, device, compute, trainable), model =>
        {
            Fill(model, file, folder, except: [TensorLayout.ScalarHeadName, TensorLayout.VocabularyHeadName]);
            Initialization.RandomizeScalarHead(model, seed);
        });
    }

    private static Transformer Filled(Transformer model, Action<Transformer> fill)
    {
        try
        {
            fill(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Fills a model of the same shape with the weights of a folder.</summary>
    /// <inheritdoc cref="Load"/>
    public static void LoadInto(string folder, Transformer model)
    {
        using var file = SafetensorsFolder.Open(folder);
        Fill(model, file, folder);
    }

    /// <summary>Writes a model; the folder is created. Not atomic by itself: write into a folder that is renamed when complete.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="type">The type in which weights are stored: fp32, bfloat16 or half.</param>
    public static void Save(string folder, Transformer model, ScalarType type = ScalarType.Float32)
    {
        Directory.CreateDirectory(folder);
        var config = model.Config.ToJson();
        config["torch_dtype"] = type switch
        {
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float16 => "float16",
            _ => "float32",
        };
        WriteJson(Path.Combine(folder, "config.json"), config);
        var generation = new JsonObject { ["_from_model_config"] = true };
        foreach (var key in new[] { "bos_token_id", "eos_token_id" })
            if (config[key] is { } value)
                generation[key] = value.DeepClone();
        WriteJson(Path.Combine(folder, "generation_config.json"), generation);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var sources = new List<SafetensorsSource>();
        foreach (var part in model.Weights.Parts)
        {
            var view = part.View(model.Weights.Values);
            var stored = (TensorLayout.IsStoredTransposed(model.Config, part.Name) ? view.t() : view).to(type).cpu().contiguous();
            sources.Add(TensorStorage.Source(part.Name, stored));
        }
        SafetensorsWriter.WriteFolder(folder, sources, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static void Fill(Transformer model, SafetensorsFolder file, string folder, params string[] except)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var left = file.Tensors.Keys.Where(name => !TensorLayout.IsDerived(name)).Except(except).ToHashSet();
        foreach (var part in model.Weights.Parts.Where(part => !except.Contains(part.Name)))
        {
            var name = file.Tensors.ContainsKey(part.Name) ? part.Name : part.Name.Replace("transformer.", "", StringComparison.Ordinal);
            if (!file.Tensors.TryGetValue(name, out var stored))
                throw new InvalidDataException($"{folder}: the weights lack {part.Name}");
            left.Remove(name);
            var isTransposed = TensorLayout.IsStoredTransposed(model.Config, part.Name);
            var shape = isTransposed ? [part.Shape[1], part.Shape[0]] : part.Shape;
            if (!stored.Shape.SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"{folder}: {name} has the shape [{string.Join(", ", stored.Shape)}]; config.json asks for [{string.Join(", ", shape)}]");
            }
            var loaded = TensorStorage.Read(stored, folder);
            part.View(model.Weights.Values).copy_(isTransposed ? loaded.t() : loaded);
        }
        if (model.Config.TiedEmbeddings)
            left.Remove(TensorLayout.VocabularyHeadName);
        if (left.Count > 0)
            throw new InvalidDataException($"{folder}: the weights hold {left.Order().First()}, which a model of this configuration does not have");
        model.Weights.Refresh();
    }

    /// <summary>Writes one of a model folder's JSON files, as Hugging Face lays them out: indented.</summary>
    internal static void WriteJson(string path, JsonObject json) =>
        File.WriteAllText(path, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
}
