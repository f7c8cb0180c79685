using System.Diagnostics;
using Mindwright.Model;
using Mindwright.Training.Compute;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Workbench.Benchmarks;

/// <summary>Where training stood when the validation text was read.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Seconds">Wall time of the steps, without evaluations.</param>
/// <param name="Loss">Validation loss, nats per character.</param>
public sealed record RecipePoint(int Step, long Tokens, double Seconds, double Loss);

/// <summary>What a recipe needed to reach a validation loss.</summary>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="Target">The loss to reach, nats per character.</param>
/// <param name="Reached">Whether it was reached.</param>
/// <param name="Steps">Steps until then, or all.</param>
/// <param name="Tokens">Tokens trained on until then.</param>
/// <param name="Seconds">Wall time of these steps, without evaluations.</param>
/// <param name="Loss">The validation loss at the end.</param>
/// <param name="Threads">Threads of the CPU's math.</param>
/// <param name="Trajectory">Every evaluation.</param>
public sealed record RecipeBenchmarkResult(
    long Parameters, double Target, bool Reached, int Steps, long Tokens, double Seconds, double Loss, int Threads, IReadOnlyList<RecipePoint> Trajectory);

/// <summary>
/// How much training a recipe needs for a given quality: characters of one text as tokens, the first nine tenths learned, the rest
/// read whole, in windows of a row, at each evaluation.
/// </summary>
/// <remarks>The split and the character vocabulary are those of nanoGPT's <c>shakespeare_char</c>, so losses compare.</remarks>
public sealed class RecipeBenchmark : IStage
{
    private const double TrainShare = 0.9;

    // No text of ours knows ends of texts or turns; ids that never occur stand for them in the model's configuration.
    private const int NoToken = 0;

    private readonly Transformer _model;
    private readonly PretrainSection _section;
    private readonly StreamRows _rows;
    private readonly TokenBatch _validation;
    private readonly double _target;
    private readonly CancellationTokenSource _reached;
    private readonly Stopwatch _clock = new();
    private readonly List<RecipePoint> _trajectory = [];
    private readonly Action<RecipePoint>? _evaluated;

    private RecipeBenchmark(
        Transformer model, PretrainSection section, StreamRows rows, TokenBatch validation, double target, CancellationTokenSource reached, Action<RecipePoint>? evaluated)
    {
        _model = model;
        _section = section;
        _rows = rows;
        _validation = validation;
        _target = target;
        _reached = reached;
        _evaluated = evaluated;
    }

    /// <inheritdoc/>
    public string Name => "pretrain";

    /// <summary>Trains until the validation loss is reached, or the recipe's steps are over.</summary>
    /// <param name="recipe">The recipe; its model, pre-training, compute and seed count here.</param>
    /// <param name="text">The text.</param>
    /// <param name="target">The validation loss to reach, nats per character.</param>
    /// <param name="evaluated">Told of every evaluation.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="InvalidDataException">The text is too short for the recipe's rows.</exception>
    public static RecipeBenchmarkResult Run(
        Recipe recipe, string text, double target, Action<RecipePoint>? evaluated = null, CancellationToken cancellation = default)
    {
        var section = recipe.Stage<PretrainSection>();
        var characters = text.Distinct().Order().ToArray();
        var ids = text.Select(c => Array.BinarySearch(characters, c)).ToArray();
        var cut = (int)(ids.Length * TrainShare);
        var rows = new StreamRows(ids[..cut], section.SequenceLength, recipe.Seed);
        var heldOut = new StreamRows(ids[cut..], section.SequenceLength, recipe.Seed);
        var compute = ComputeSettings.Apply(recipe.Compute);
        using var model = new Transformer(recipe.Model.ToConfig(characters.Length, NoToken, NoToken), compute.Device, compute.Type);
        Initialization.Randomize(model, (ulong)recipe.Seed);
        using var reached = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stage = new RecipeBenchmark(model, section, rows, heldOut.At(0, heldOut.Count), target, reached, evaluated);
        using var trained = new TrainedModel(model, section.ToOptimizer());
        var trainer = new Trainer([trained], section.ToOptions(recipe.Compute.CheckpointMinutes));
        try
        {
            trainer.Run(stage, cancellation: reached.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The target was reached before the last step.
        }
        var last = stage._trajectory[^1];
        return new RecipeBenchmarkResult(
            model.Weights.Count, target, last.Loss <= target, last.Step, last.Tokens, last.Seconds, last.Loss, compute.Threads, stage._trajectory);
    }

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        _clock.Start();
        var batch = _rows.At(step, _section.Batch);
        var loss = CrossEntropyStep.Run(_model, batch, _section.MicroBatch, gradients, cancellation);
        gradients.Update();
        _clock.Stop();
        return new StepResult(loss, batch.Targets.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(int step)
    {
        const int windows = 64; // go through the model at once
        var loss = CrossEntropyStep.Loss(_model, _validation, windows);
        var point = new RecipePoint(step, (long)step * _section.Batch * _section.SequenceLength, _clock.Elapsed.TotalSeconds, loss);
        _trajectory.Add(point);
        _evaluated?.Invoke(point);
        if (loss <= _target)
            _reached.Cancel();
        return new Dictionary<string, double> { ["held_out_loss"] = loss };
    }
}
