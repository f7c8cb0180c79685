using System.Diagnostics;
using Mindwright.Model;
using Mindwright.Training.Optimization;
using Mindwright.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>The knobs of <see cref="Trainer"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>Steps of the stage.</summary>
    public required int Steps { get; init; }

    /// <summary>The optimizer's knobs.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How the learning rate moves.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Gradients longer than this are scaled down to it; 0 leaves them.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Steps between evaluations; 0 evaluates only at the start and at the end.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Wall-clock minutes between checkpoints.</summary>
    public double CheckpointMinutes { get; init; } = 5;

    /// <summary>Updates in a row that may be skipped for a gradient that is not finite, before the stage gives up.</summary>
    public int MaxSkipped { get; init; } = 10;
}

/// <summary>The loop that all stages share: steps, clipping, the optimizer, metrics, evaluations, checkpoints, interruption.</summary>
public sealed class Trainer : IGradients, IDisposable
{
    // Often enough to watch a model learn to write, seldom enough to cost nothing.
    private const int SamplesOfStage = 10;

    private readonly Transformer _model;
    private readonly TrainerOptions _options;
    private readonly RunFolder? _run;
    private readonly IProgressSink _progress;
    private readonly Action<string>? _writeTokenizer;
    private readonly Optimizer _optimizer;
    private double _factor;
    private int _skipped;
    private int _skippedInARow;

    /// <summary>Makes a trainer, with a fresh optimizer.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="options">The knobs.</param>
    /// <param name="run">Where metrics and checkpoints go; null keeps none.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="writeTokenizer">Writes the tokenizer's files into a model folder, so that a checkpoint is a whole model.</param>
    public Trainer(Transformer model, TrainerOptions options, RunFolder? run = null, IProgressSink? progress = null, Action<string>? writeTokenizer = null)
    {
        _model = model;
        _options = options;
        _run = run;
        _progress = progress ?? SilentProgress.Instance;
        _writeTokenizer = writeTokenizer;
        _optimizer = new Optimizer(model.Weights, options.Optimizer);
    }

    /// <summary>Updates that were skipped because a gradient was not finite.</summary>
    public int Skipped => _skipped;

    /// <summary>Runs a stage from its last checkpoint, or from the start.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="resume">Whether to go on from the newest valid checkpoint of the stage, if there is one.</param>
    /// <param name="cancellation">Stops at the next step boundary, with a checkpoint saved.</param>
    /// <returns>What the last evaluation measured.</returns>
    /// <exception cref="OperationCanceledException">Interrupted; a checkpoint has been saved.</exception>
    /// <exception cref="InvalidOperationException">Gradients stayed not finite.</exception>
    public IReadOnlyDictionary<string, double> Run(IStage stage, bool resume = false, CancellationToken cancellation = default)
    {
        var step = resume ? Resume(stage.Name) : 0;
        var clock = Stopwatch.StartNew();
        var saved = Stopwatch.StartNew();
        double? heldOut = null;
        var recent = new Queue<(double Seconds, long Tokens)>();
        IReadOnlyDictionary<string, double> figures = step == 0 ? Evaluate(0) : new Dictionary<string, double>();
        while (step < _options.Steps)
        {
            if (cancellation.IsCancellationRequested)
                Interrupt(stage, step, heldOut, cancellation);
            var start = clock.Elapsed.TotalSeconds;
            _factor = _options.Schedule.Factor(step, _options.Steps);
            StepResult result;
            try
            {
                using var scope = NewDisposeScope();
                result = stage.Step(step, this, cancellation);
            }
            catch (OperationCanceledException)
            {
                // A step that was cut short has changed no weight yet, or is repeated from the checkpoint before it.
                _model.Weights.ZeroGradients();
                Interrupt(stage, step, heldOut, cancellation);
                throw;
            }
            step++;
            recent.Enqueue((clock.Elapsed.TotalSeconds - start, result.Tokens));
            if (recent.Count > 20)
                recent.Dequeue();
            Report(stage, step, result, clock.Elapsed, recent.Sum(r => r.Tokens) / recent.Sum(r => r.Seconds));
            if (step % Math.Max(1, _options.Steps / SamplesOfStage) == 0)
                Show(stage, step, cancellation);
            if (step == _options.Steps || (_options.EvaluateEvery > 0 && step % _options.EvaluateEvery == 0))
                figures = Evaluate(step);
            if (_run is not null && step < _options.Steps && saved.Elapsed.TotalMinutes >= _options.CheckpointMinutes)
            {
                Save(stage.Name, step, heldOut);
                saved.Restart();
            }
        }
        return figures;

        IReadOnlyDictionary<string, double> Evaluate(int at)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var measured = stage.Evaluate(at);
            if (measured.TryGetValue("held_out_loss", out var loss))
                heldOut = loss;
            if (measured.Count > 0)
                _run?.Metrics.Append(stage.Name + "-eval", at, [.. measured.Select(m => (m.Key, m.Value))]);
            return measured;
        }
    }

    /// <inheritdoc/>
    public void Backward(Tensor loss)
    {
        loss.backward();
        _model.Weights.CollectGradients();
    }

    /// <inheritdoc/>
    public double Update()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var gradients = _model.Weights.Gradients!;
        var norm = gradients.norm().item<float>();
        if (!float.IsFinite(norm))
        {
            _skipped++;
            if (++_skippedInARow >= _options.MaxSkipped)
                throw new InvalidOperationException(
                    $"the gradient was not finite {_skippedInARow} times in a row; lower the learning rate, or resume from the last checkpoint");
            _progress.Message($"the gradient is {norm}: update skipped");
        }
        else
        {
            _skippedInARow = 0;
            if (_options.Clip > 0 && norm > _options.Clip)
                gradients.mul_(_options.Clip / norm);
            _optimizer.Step(_factor);
        }
        _model.Weights.ZeroGradients();
        return norm;
    }

    /// <summary>Writes a model folder with what training needs to go on beside it, in <c>training/</c>.</summary>
    public Checkpoint Save(string stage, int step, double? heldOutLoss = null) =>
        _run!.SaveCheckpoint(stage, step, folder =>
        {
            ModelFolder.Save(folder, _model);
            _writeTokenizer?.Invoke(folder);
            TrainingState.Save(folder, _optimizer, _skipped);
        }, heldOutLoss);

    private int Resume(string stage)
    {
        if (_run?.Resume(stage) is not { } checkpoint)
            return 0;
        ModelFolder.LoadInto(checkpoint.Folder, _model);
        _skipped = TrainingState.Load(checkpoint.Folder, _optimizer);
        _progress.Message($"resuming {stage} at step {checkpoint.Step}");
        return (int)checkpoint.Step;
    }

    private void Interrupt(IStage stage, int step, double? heldOut, CancellationToken cancellation)
    {
        if (_run is not null)
        {
            var checkpoint = Save(stage.Name, step, heldOut);
            _progress.Message($"interrupted; saved {checkpoint.Folder}. Go on with: mindwright runs resume {_run.Path}");
        }
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Lets a person see what the model of this moment writes; the weights do not notice.</summary>
    private void Show(IStage stage, int step, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        string? text;
        try
        {
            text = stage.Sample(cancellation);
        }
        catch (OperationCanceledException)
        {
            return; // the loop ends at its next turn, with the step saved
        }
        if (text is null)
            return;
        _run?.WriteSample(stage.Name, step, text);
        _progress.Sample(stage.Name, text);
    }

    private void Report(IStage stage, int step, StepResult result, TimeSpan elapsed, double tokensPerSecond)
    {
        var rate = _factor * _options.Optimizer.MatrixRate;
        var metrics = result.Metrics ?? new Dictionary<string, double>();
        _run?.Metrics.Append(stage.Name, step,
            [("loss", result.Loss), ("learning_rate", rate), ("tokens_per_second", tokensPerSecond), .. metrics.Select(m => (m.Key, m.Value))]);
        _progress.Step(new StepInfo(step, elapsed)
        {
            Loss = result.Loss,
            LearningRate = rate,
            TokensPerSecond = tokensPerSecond,
            Metrics = metrics,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();
}
