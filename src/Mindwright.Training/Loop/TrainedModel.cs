using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Training.Optimization;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>A network that a stage trains: its parameters, their optimizer, and how a checkpoint keeps both.</summary>
public sealed class TrainedModel : IDisposable
{
    private const string TrainingFolder = "training";
    private const string OptimizerFile = "optimizer.safetensors";

    private readonly Action<string>? _writeTokenizer;

    /// <summary>Takes a network, with a fresh optimizer.</summary>
    /// <param name="network">The network; of an adapted one the adapters are trained. The caller disposes it.</param>
    /// <param name="options">How its weights are updated.</param>
    /// <param name="writeTokenizer">Writes the tokenizer's files into a model folder, so that a checkpoint is a whole model.</param>
    /// <param name="name">Its name among the networks of the stage, such as <c>policy</c> and <c>value</c>.</param>
    public TrainedModel(Transformer network, OptimizerOptions options, Action<string>? writeTokenizer = null, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        Network = network;
        Options = options;
        Name = name;
        Optimizer = new Optimizer(network.Trained, options);
        BaseHash = TrainedWeights.BaseHash(network);
        _writeTokenizer = writeTokenizer;
    }

    /// <summary>Its name among the networks of the stage.</summary>
    public string Name { get; }

    /// <summary>The network.</summary>
    public Transformer Network { get; }

    /// <summary>How its weights are updated.</summary>
    public OptimizerOptions Options { get; }

    /// <summary>What is trained.</summary>
    internal FlatParameters Weights => Network.Trained;

    internal Optimizer Optimizer { get; }

    /// <summary>Names the frozen parameters under adapters; null where there are no adapters.</summary>
    internal string? BaseHash { get; }

    /// <summary>Writes what training changes, with the optimizer's buffers beside it.</summary>
    internal void Save(string folder)
    {
        TrainedWeights.Save(folder, Network);
        _writeTokenizer?.Invoke(folder);
        var training = Path.Combine(folder, TrainingFolder);
        Directory.CreateDirectory(training);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(training, OptimizerFile),
            [TensorStorage.Source("mean", Optimizer.Mean.cpu()), TensorStorage.Source("square", Optimizer.Square.cpu())]);
    }

    /// <summary>Reads back what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is broken or belongs to another model.</exception>
    internal void Load(string folder)
    {
        using (var file = SafetensorsFile.Open(Path.Combine(folder, TrainingFolder, OptimizerFile)))
        {
            TensorStorage.Fill(Optimizer.Mean, file, "mean");
            TensorStorage.Fill(Optimizer.Square, file, "square");
        }
        TrainedWeights.Load(folder, Network);
    }

    /// <summary>Takes over weights and optimizer of rank 0.</summary>
    internal void Broadcast(ICollective collective)
    {
        if (collective.WorldSize == 1)
            return;
        using var _ = no_grad();
        collective.Broadcast(Weights.Values);
        collective.Broadcast(Optimizer.Mean);
        collective.Broadcast(Optimizer.Square);
        Weights.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();
}
