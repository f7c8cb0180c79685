using Mindwright.Model;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>A batch under cross-entropy, in micro-batches: what pre-training and fine-tuning share.</summary>
internal static class CrossEntropyStep
{
    /// <summary>Adds the batch's gradients; returns its loss, the weighted mean over the whole batch, in nats per token.</summary>
    public static double Run(Transformer model, TokenBatch batch, int microBatch, IGradients gradients, CancellationToken cancellation)
    {
        var total = batch.Total;
        var sum = 0.0;
        foreach (var part in gradients.Share(batch).Split(microBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var loss = Forward(model, part, total);
            gradients.Backward(loss);
            sum += loss.item<float>();
        }
        return gradients.Sum(sum);
    }

    /// <summary>The batch's loss alone.</summary>
    public static double Loss(Transformer model, TokenBatch batch, int microBatch)
    {
        var total = batch.Total;
        var sum = 0.0;
        foreach (var part in batch.Split(microBatch))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            sum += Forward(model, part, total).item<float>();
        }
        return sum;
    }

    private static Tensor Forward(Transformer model, TokenBatch part, double total)
    {
        var device = model.Weights.Device;
        var segments = part.Segments is null ? null : part.ToTensor(part.Segments, device);
        var hidden = model.Hidden(part.ToTensor(part.Inputs, device), segments); // [B, T, C]
        var logProbs = model.TokenLogProbs(hidden, part.ToTensor(part.Targets, device)); // [B, T]
        var weights = part.Weights is null ? null : part.ToTensor(part.Weights, device);
        return Losses.CrossEntropy(logProbs, weights, total);
    }
}
