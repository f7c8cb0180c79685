using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Runs.Files;
using Mindwright.Training.Optimization;
using Mindwright.Runs;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>What only training needs, beside a checkpoint's model: the optimizer's buffers and the loop's state, in <c>training/</c>.</summary>
internal static class TrainingState
{
    public static void Save(string folder, Optimizer optimizer, LoopState state)
    {
        var training = Path.Combine(folder, "training");
        Directory.CreateDirectory(training);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(training, "optimizer.safetensors"),
            [TensorStorage.Source("mean", optimizer.Mean.cpu()), TensorStorage.Source("square", optimizer.Square.cpu())]);
        File.WriteAllBytes(Path.Combine(training, "state.json"), JsonFormat.Serialize(state));
    }

    /// <summary>Fills the optimizer; returns the loop's state.</summary>
    /// <exception cref="InvalidDataException">The state is broken or belongs to another model.</exception>
    public static LoopState Load(string folder, Optimizer optimizer, string? baseHash)
    {
        var state = JsonFormat.Read<LoopState>(Path.Combine(folder, "training", "state.json"));
        if (state.Base != baseHash)
        {
            throw new InvalidDataException(state.Base is null || baseHash is null
                ? $"{folder}: was saved {(state.Base is null ? "without" : "with")} adapters; set lora.rank as it was, or begin a new run"
                : $"{folder}: its adapters belong to another base model than the one that was loaded");
        }
        using var file = SafetensorsFile.Open(Path.Combine(folder, "training", "optimizer.safetensors"));
        TensorStorage.Fill(optimizer.Mean, file, "mean");
        TensorStorage.Fill(optimizer.Square, file, "square");
        optimizer.Updates = state.Updates;
        return state;
    }
}
