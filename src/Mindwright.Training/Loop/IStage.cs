using System.Text.Json;

namespace Mindwright.Training.Loop;

/// <summary>What the loop asks of a stage: one step at a time, each a pure function of the weights and the step's number.</summary>
/// <remarks>
/// A stage keeps no state of its own between steps: which data a step uses and what it draws at random follow from the seed and
/// the step, so a resumed run is the uninterrupted one, bit for bit. <see cref="Cursor"/> only makes it quick to find the data again.
/// </remarks>
public interface IStage
{
    /// <summary>Its name: that of its definition.</summary>
    string Name { get; }

    /// <summary>The metric whose curve is worth seeing.</summary>
    string Curve => "loss";

    /// <summary>Does one step: adds gradients by <see cref="IGradients.Backward"/>, then applies them by <see cref="IGradients.Update"/>, once or more.</summary>
    /// <param name="step">Number of the step's data, from 0: the steps before it, and what the loop left out after a loss spike.</param>
    /// <param name="gradients">Where gradients go.</param>
    /// <param name="cancellation">Ends a long step early; what it has done is then thrown away.</param>
    StepResult Step(int step, IGradients gradients, CancellationToken cancellation);

    /// <summary>Measures the model between steps; called before the first, every so often, and after the last, on rank 0 alone.</summary>
    /// <param name="step">Steps done.</param>
    /// <returns>What was measured, by name; <c>held_out_loss</c> decides which checkpoint is the best.</returns>
    IReadOnlyDictionary<string, double> Evaluate(int step) => new Dictionary<string, double>();

    /// <summary>Text that the model of this moment writes, for a person to watch it learn; the same contexts every time. Null where there is none.</summary>
    /// <param name="cancellation">Ends the writing early.</param>
    string? Sample(CancellationToken cancellation) => null;

    /// <summary>Where the stage stands in its data after the latest step, to be kept with a checkpoint; null where a step's number says all.</summary>
    JsonElement? Cursor => null;

    /// <summary>Goes to where a checkpoint's <see cref="Cursor"/> was.</summary>
    void Seek(JsonElement cursor)
    {
    }
}

/// <summary>What a step did.</summary>
/// <param name="Loss">Its loss, nats per token.</param>
/// <param name="Tokens">Tokens that went through the model forward and backward.</param>
/// <param name="Metrics">What else it measured, by snake_case name.</param>
public sealed record StepResult(double Loss, long Tokens, IReadOnlyDictionary<string, double>? Metrics = null);

/// <summary>Where a stage's gradients go.</summary>
public interface IGradients
{
    /// <summary>The processes that train together.</summary>
    ICollective Collective => SingleProcess.Instance;

    /// <summary>
    /// The rows of a batch that this process works on. Losses are divided by the whole batch's total, so that the sum over processes is the
    /// batch's loss.
    /// </summary>
    T Share<T>(T batch)
        where T : Batch => batch;

    /// <summary>The sum of a number, such as the loss of the shared rows, over all processes.</summary>
    double Sum(double value) => Collective.Sum(value);

    /// <summary>Runs backward from a loss and adds the gradients to those of the step, in every network that the loss depends on.</summary>
    void Backward(TorchSharp.torch.Tensor loss);

    /// <summary>Clips what has been added, lets the optimizers apply it, and starts anew. Each network is clipped by itself.</summary>
    /// <returns>The norm of the first network's gradients before clipping; an update with a norm that is not finite is skipped.</returns>
    double Update();
}
