using System.Diagnostics;
using Mindwright.Runs;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>The loop that all stages share: steps, evaluations, checkpoints, interruption, and what to do when training goes wrong.</summary>
public sealed class Trainer
{
    // A loss that is still out of range after so many rewinds to one point does not come from the batches.
    private const int MaxRewinds = 3;

    // Often enough to watch a model learn to write, seldom enough to cost nothing.
    private const int SamplesOfStage = 10;

    private readonly IReadOnlyList<TrainedModel> _models;
    private readonly TrainerOptions _options;
    private readonly RunFolder? _run;
    private readonly IProgressSink _progress;
    private readonly ICollective _collective;
    private readonly GradientAccumulator _gradients;
    private readonly TrainingCheckpoints _checkpoints;
    private readonly SpikeGuard _spikes;
    private LoopState _state;

    /// <summary>Makes a trainer.</summary>
    /// <param name="models">The networks that are trained, the main one first; the caller disposes them.</param>
    /// <param name="options">The options.</param>
    /// <param name="run">Where metrics and checkpoints go; null keeps none, and then nothing can be rewound. Given to rank 0 alone.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="collective">The processes that train the models together; this one alone if null.</param>
    public Trainer(
        IReadOnlyList<TrainedModel> models, TrainerOptions options, RunFolder? run = null, IProgressSink? progress = null, ICollective? collective = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        _models = models;
        _options = options;
        _run = run;
        _progress = progress ?? SilentProgress.Instance;
        _collective = collective ?? SingleProcess.Instance;
        _gradients = new GradientAccumulator(models, options.MaxGradNorm, _collective, _progress.Message);
        _checkpoints = new TrainingCheckpoints(models, run, _collective);
        _state = new LoopState { Base = models[0].BaseHash };
        _spikes = new SpikeGuard(_checkpoints.AreKept ? options.SpikeThreshold : 0, options.SpikeWindow);
    }

    /// <summary>Updates that were skipped because a gradient was not finite.</summary>
    public int Skipped => _gradients.Skipped;

    /// <summary>Batches that were left out after loss spikes.</summary>
    public int SkippedBatches => _state.SkippedBatches.Sum(range => range.To - range.From + 1);

    /// <summary>Runs a stage from its last checkpoint, or from the start.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="resume">Whether to go on from the newest valid checkpoint of the stage, if there is one.</param>
    /// <param name="cancellation">Stops at the next step boundary, with a checkpoint saved.</param>
    /// <returns>What the last evaluation measured.</returns>
    /// <exception cref="OperationCanceledException">Interrupted; a checkpoint has been saved.</exception>
    /// <exception cref="DivergedException">Gradients stayed not finite.</exception>
    public IReadOnlyDictionary<string, double> Run(IStage stage, bool resume = false, CancellationToken cancellation = default)
    {
        double? heldOut = null;
        IReadOnlyDictionary<string, double> figures = new Dictionary<string, double>();
        var step = 0;
        var reporter = new StepReporter(_run, _progress, _models[0].Options.MatrixRate);
        if (resume && _checkpoints.Resume(stage.Name) is { } newest)
        {
            step = Restore(stage, newest);
            heldOut = newest.HeldOutLoss;
            _progress.Message($"resuming {stage.Name} at step {step}");
        }
        else
        {
            figures = Evaluate(0);
        }
        var sinceSave = Stopwatch.StartNew();
        var good = (Step: 0, State: _state, MetricsBytes: 0L);
        while (step < _options.Steps)
        {
            if (_gradients.SkippedInARow == 0)
                good = (step, _state, _run?.Metrics.Length ?? 0);
            else if (_gradients.SkippedInARow >= _options.MaxSkipped)
                throw Diverged(stage, step, heldOut, good);
            if (IsCancelled(cancellation))
                throw Interrupted(stage, step, heldOut, cancellation);
            if (_options.SpikeThreshold > 0 && step % _options.RewindEvery == 0)
                SaveRewindPoint();
            reporter.Begin();
            _gradients.Factor = _options.Schedule.Factor(step, _options.Steps);
            if (Step(stage, cancellation) is not { } result)
                throw Interrupted(stage, step, heldOut, cancellation);
            if (_spikes.IsSpike(result.Loss) && Rewind(stage, step, result.Loss) is { } point)
            {
                step = point;
                continue;
            }
            step++;
            _state = _state with
            {
                Batch = _state.Batch + 1,
                Updates = _models[0].Optimizer.Updates,
                Skipped = _gradients.Skipped,
                Losses = _spikes.Losses,
                Cursor = stage.Cursor,
            };
            reporter.End(stage.Name, step, result, _gradients.Factor, Skipped, SkippedBatches);
            if (_collective.Rank == 0 && step % Math.Max(1, _options.Steps / SamplesOfStage) == 0)
                reporter.Show(stage, step, cancellation);
            if (step == _options.Steps || (_options.EvaluateEvery > 0 && step % _options.EvaluateEvery == 0))
                figures = Evaluate(step);
            if (_run is not null && step < _options.Steps && sinceSave.Elapsed.TotalMinutes >= _options.CheckpointMinutes)
            {
                _checkpoints.Save(stage.Name, step, _state, heldOut);
                sinceSave.Restart();
            }
        }
        return figures;

        IReadOnlyDictionary<string, double> Evaluate(int at)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var measured = _collective.Share(() => new Dictionary<string, double>(stage.Evaluate(at)));
            if (measured.TryGetValue("held_out_loss", out var loss))
                heldOut = loss;
            reporter.Evaluated(stage.Name, at, measured);
            return measured;
        }

        void SaveRewindPoint()
        {
            if (!_checkpoints.AreKept || _state.RewindPoint == step)
                return;
            _state = _state with { RewindPoint = step, Rewinds = 0 };
            _checkpoints.Save(stage.Name, step, _state, heldOut);
            sinceSave.Restart();
        }
    }

    /// <summary>Saves the networks, with what training needs to go on.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="heldOutLoss">Held-out loss, if it was measured.</param>
    /// <returns>The checkpoint; null where none is kept, as on ranks other than 0.</returns>
    public Checkpoint? Save(string stage, int step, double? heldOutLoss = null) => _checkpoints.Save(stage, step, _state, heldOutLoss);

    /// <summary>Does one step; null where it was broken off before it changed any weight.</summary>
    private StepResult? Step(IStage stage, CancellationToken cancellation)
    {
        // Several processes must not stop at different places: they agree between steps.
        using var interruption = new StepInterruption(_collective.WorldSize == 1 ? cancellation : CancellationToken.None);
        _gradients.Interruption = interruption;
        try
        {
            using var scope = NewDisposeScope();
            return stage.Step(_state.Batch, _gradients, interruption.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _gradients.Discard();
            return null;
        }
    }

    private bool IsCancelled(CancellationToken cancellation) =>
        _collective.WorldSize == 1 ? cancellation.IsCancellationRequested : _collective.Sum(cancellation.IsCancellationRequested ? 1 : 0) > 0;

    private int Restore(IStage stage, Restored restored)
    {
        _state = restored.State;
        _gradients.Restart(_state.Skipped);
        _spikes.Losses = _state.Losses;
        if (_state.Cursor is { } cursor)
            stage.Seek(cursor);
        return restored.Step;
    }

    /// <summary>
    /// Goes back to the latest rewind point and leaves out every batch since, so that what follows is decided by losses alone and not by the
    /// clock: a run that was interrupted rewinds as the uninterrupted one does (Chowdhery et al. 2022, PaLM, section 5.1).
    /// </summary>
    /// <returns>The step to go on from; null to ignore the spike.</returns>
    private int? Rewind(IStage stage, int step, double loss)
    {
        var spiked = _state.Batch;
        if (_state.Rewinds >= MaxRewinds)
        {
            _progress.Message($"the loss stays at {loss:G4} after {MaxRewinds} rewinds: it is not the batches, so training goes on");
            _spikes.Losses = [];
            return null;
        }
        if (_checkpoints.Rewind(stage.Name) is not { } restored)
            return null;
        var point = Restore(stage, restored);
        _state = _state with
        {
            SkippedBatches = [.. _state.SkippedBatches, new BatchRange(_state.Batch, spiked)],
            Batch = spiked + 1,
            Rewinds = _state.Rewinds + 1,
        };
        _checkpoints.Save(stage.Name, point, _state, restored.HeldOutLoss);
        _progress.Message($"loss spike at step {step + 1} ({loss:G4}): back to step {point}, batches {_state.SkippedBatches[^1].From} to {spiked} are left out");
        return point;
    }

    private OperationCanceledException Interrupted(IStage stage, int step, double? heldOut, CancellationToken cancellation)
    {
        var message = "interrupted";
        if (_checkpoints.Save(stage.Name, step, _state, heldOut) is { } checkpoint)
            message = $"interrupted; saved {checkpoint.Folder}. Go on with: mindwright runs resume {_run!.Path}";
        return new OperationCanceledException(message, cancellation);
    }

    /// <summary>Keeps the weights as the last update left them, and the batch that broke them for a person to look at.</summary>
    private DivergedException Diverged(IStage stage, int step, double? heldOut, (int Step, LoopState State, long MetricsBytes) good)
    {
        var message = $"the gradient was not finite {_gradients.SkippedInARow} times in a row, at {stage.Name} step {step}";
        string? checkpoint = null, dump = null;
        if (_run is not null)
        {
            // Skipped updates changed nothing, so the weights of now are the last good ones, unless that last update itself broke them.
            _state = good.State;
            using (var norm = _models[0].Weights.Values.norm())
                checkpoint = (float.IsFinite(norm.item<float>()) ? _checkpoints.Save(stage.Name, good.Step, _state, heldOut, good.MetricsBytes) : _checkpoints.Latest(stage.Name))?.Folder;
            dump = _gradients.Batches.Count > 0 ? BatchDump.Write(_run, stage.Name, step, _gradients.Batches) : null;
            message += $"; the last good checkpoint is {checkpoint ?? "none"}" + (dump is null ? "" : $", the token ids of the last batch are in {dump}");
        }
        return new DivergedException(message + ". Look at the data, or lower the learning rate, max_grad_norm, or compute.precision") { Checkpoint = checkpoint, Dump = dump };
    }
}
