using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// Adapters on disk as Hugging Face's PEFT reads them: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, with a scalar head where
/// the model has one.
/// </summary>
public static class LoraFolder
{
    internal const string WeightsFile = "adapter_model.safetensors";

    /// <summary>Writes adapters; the folder is created. Not atomic by itself.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The adapted model.</param>
    /// <param name="baseModel">Where the model without adapters is, for whoever loads them.</param>
    public static void Save(string folder, Transformer model, string? baseModel)
    {
        var adapters = model.Adapters ?? throw new ArgumentException("the model has no adapters", nameof(model));
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFile),
            [.. adapters.Weights.Parts.Select(part => TensorStorage.Source(part.Name, part.View(adapters.Weights.Values).cpu().contiguous()))],
            new Dictionary<string, string> { ["format"] = "pt" });
        var layers = adapters.Options.Targets.Count > 0 ? adapters.Options.Targets : LoraOptions.Layers(model.Config);
        var isScalar = model.Config.Head == ModelHead.Scalar;
        var config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = isScalar ? "SEQ_CLS" : "CAUSAL_LM",
            ["base_model_name_or_path"] = baseModel,
            ["r"] = adapters.Options.Rank,
            ["lora_alpha"] = adapters.Options.Alpha,
            ["lora_dropout"] = 0.0,
            ["target_modules"] = new JsonArray([.. layers.Select(l => (JsonNode)l)]),
            ["fan_in_fan_out"] = model.Config.Architecture == Architecture.Gpt2, // whose matrices are stored as [inputs, outputs]
            ["modules_to_save"] = isScalar ? new JsonArray("score") : null,
            ["bias"] = "none",
            ["inference_mode"] = true,
        };
        ModelFolder.WriteJson(Path.Combine(folder, "adapter_config.json"), config);
    }

    /// <summary>Fills the adapters of a model from a folder.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or of adapters of another shape.</exception>
    public static void LoadInto(string folder, Transformer model)
    {
        var weights = model.Adapters?.Weights ?? throw new ArgumentException("the model has no adapters", nameof(model));
        using var file = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
        foreach (var part in weights.Parts)
        {
            using var view = part.View(weights.Values);
            TensorStorage.Fill(view, file, part.Name);
        }
        weights.Refresh();
    }
}
