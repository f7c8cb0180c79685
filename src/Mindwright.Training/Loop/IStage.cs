using Mindwright.Evaluation.Statistics;
using Mindwright.Model;

namespace Mindwright.Training.Loop;

/// <summary>What the loop asks of a stage: one step at a time, each a pure function of the weights and the step's number.</summary>
/// <remarks>
/// A stage keeps no state of its own between steps: which data a step uses and what it draws at random follow from the seed and
/// the step, so a resumed run is the uninterrupted one, bit for bit.
/// </remarks>
public interface IStage
{
    /// <summary>Its name: <c>pretrain</c>, <c>sft</c>, <c>reason</c>.</summary>
    string Name { get; }

    /// <summary>The metric whose curve is worth seeing.</summary>
    string Curve => "loss";

    /// <summary>Does one step: adds gradients by <see cref="IGradients.Backward"/>, then applies them by <see cref="IGradients.Update"/>, once or more.</summary>
    /// <param name="step">Number of the step's data, from 0: the steps before it, and what the loop left out after a loss spike.</param>
    /// <param name="gradients">Where gradients go.</param>
    /// <param name="cancellation">Ends a long step early; what it has done is then thrown away.</param>
    StepResult Step(int step, IGradients gradients, CancellationToken cancellation);

    /// <summary>Measures the model between steps; called before the first, every so often, and after the last.</summary>
    /// <param name="step">Steps done.</param>
    /// <returns>What was measured, by name; <c>held_out_loss</c> decides which checkpoint is the best.</returns>
    IReadOnlyDictionary<string, double> Evaluate(int step) => new Dictionary<string, double>();

    /// <summary>Text that the model of this moment writes, for a person to watch it learn; the same contexts every time. Null where there is none.</summary>
    /// <param name="cancellation">Ends the writing early.</param>
    string? Sample(CancellationToken cancellation) => null;
}

/// <summary>What a step did.</summary>
/// <param name="Loss">Its loss, nats per token.</param>
/// <param name="Tokens">Tokens that went through the model forward and backward.</param>
/// <param name="Metrics">What else it measured, by snake_case name.</param>
public sealed record StepResult(double Loss, long Tokens, IReadOnlyDictionary<string, double>? Metrics = null);

/// <summary>Where a stage's gradients go.</summary>
public interface IGradients
{
    /// <summary>
    /// The rows of a batch that this process works on, and the number of the first of them. Losses are divided by the whole batch's total, so
    /// that the sum over processes is the batch's loss.
    /// </summary>
    (Batch Rows, int First) Share(Batch batch) => (batch, 0);

    /// <summary>The sum of a number, such as the loss of the shared rows, over all processes.</summary>
    double Sum(double value) => value;

    /// <summary>Runs backward from a loss and adds the gradients to those of the step.</summary>
    void Backward(TorchSharp.torch.Tensor loss);

    /// <summary>Clips what has been added, lets the optimizer apply it, and starts anew.</summary>
    /// <returns>The norm of the gradients before clipping; an update whose norm is not finite is skipped.</returns>
    double Update();
}
