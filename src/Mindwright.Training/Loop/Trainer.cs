using System.Diagnostics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Model;
using Mindwright.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>The loop that all stages share: steps, metrics, evaluations, checkpoints, interruption, and what to do when training goes wrong.</summary>
public sealed class Trainer : IDisposable
{
    // A loss that is still out of range after so many rewinds to one point is not the batches' doing.
    private const int MaxRewinds = 3;

    // Often enough to watch a model learn to write, seldom enough to cost nothing.
    private const int SamplesOfStage = 10;

    private readonly Transformer _model;
    private readonly TrainerOptions _options;
    private readonly RunFolder? _run;
    private readonly IProgressSink _progress;
    private readonly Action<string>? _writeTokenizer;
    private readonly GradientAccumulator _gradients;
    private readonly SpikeGuard _spikes;
    private LoopState _state = new();

    /// <summary>Makes a trainer, with a fresh optimizer.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="options">The knobs.</param>
    /// <param name="run">Where metrics and checkpoints go; null keeps none, and then nothing can be rewound.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="writeTokenizer">Writes the tokenizer's files into a model folder, so that a checkpoint is a whole model.</param>
    /// <param name="collective">The processes that train the model together; this one alone if null.</param>
    public Trainer(
        Transformer model, TrainerOptions options, RunFolder? run = null, IProgressSink? progress = null, Action<string>? writeTokenizer = null,
        ICollective? collective = null)
    {
        _model = model;
        _options = options;
        _run = run;
        _progress = progress ?? SilentProgress.Instance;
        _writeTokenizer = writeTokenizer;
        _gradients = new GradientAccumulator(model.Trained, options, collective ?? SingleProcess.Instance, _progress.Message);
        if (model.Adapters is not null)
            _state = _state with { Base = Fingerprint.Of(model.Weights.Values) };
        _spikes = new SpikeGuard(run is null ? 0 : options.SpikeThreshold, options.SpikeWindow);
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
        if (resume && _run?.Resume(stage.Name) is { } newest)
        {
            step = Load(newest);
            heldOut = newest.Loss;
            _progress.Message($"resuming {stage.Name} at step {step}");
        }
        else
        {
            figures = Evaluate(0);
        }
        var clock = Stopwatch.StartNew();
        var sinceSave = Stopwatch.StartNew();
        var recent = new Queue<(double Seconds, long Tokens)>();
        var good = (Step: 0, State: _state, MetricsBytes: 0L);
        while (step < _options.Steps)
        {
            if (_gradients.SkippedInARow == 0)
                good = (step, _state, _run?.Metrics.Length ?? 0);
            else if (_gradients.SkippedInARow >= _options.MaxSkipped)
                GiveUp();
            if (cancellation.IsCancellationRequested)
                Interrupt(stage, step, heldOut, cancellation);
            if (_options.SpikeThreshold > 0 && step % _options.RewindEvery == 0)
                SaveRewindPoint();
            var start = clock.Elapsed.TotalSeconds;
            _gradients.Factor = _options.Schedule.Factor(step, _options.Steps);
            StepResult result;
            using (var interruption = new StepInterruption(cancellation))
            {
                _gradients.Interruption = interruption;
                try
                {
                    using var scope = NewDisposeScope();
                    result = stage.Step(_state.Batch, _gradients, interruption.Token);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    _gradients.Discard();
                    Interrupt(stage, step, heldOut, cancellation);
                    throw;
                }
            }
            if (_spikes.IsSpike(result.Loss) && Rewind(stage, step, result.Loss) is { } point)
            {
                step = point;
                continue;
            }
            step++;
            _state = _state with
            {
                Batch = _state.Batch + 1,
                Updates = _gradients.Optimizer.Updates,
                Skipped = _gradients.Skipped,
                Losses = _spikes.Losses,
            };
            recent.Enqueue((clock.Elapsed.TotalSeconds - start, result.Tokens));
            if (recent.Count > 20)
                recent.Dequeue();
            Report(stage, step, result, clock.Elapsed, recent.Sum(r => r.Tokens) / recent.Sum(r => r.Seconds));
            if (step % Math.Max(1, _options.Steps / SamplesOfStage) == 0)
                Show(stage, step, cancellation);
            if (step == _options.Steps || (_options.EvaluateEvery > 0 && step % _options.EvaluateEvery == 0))
                figures = Evaluate(step);
            if (_run is not null && step < _options.Steps && sinceSave.Elapsed.TotalMinutes >= _options.CheckpointMinutes)
            {
                Save(stage.Name, step, heldOut);
                sinceSave.Restart();
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
                _run?.Metrics.Append(stage.Name + MetricsRow.EvaluationSuffix, at, [.. measured.Select(m => (m.Key, m.Value))]);
            return measured;
        }

        void SaveRewindPoint()
        {
            if (_run is null || _state.RewindPoint == step)
                return;
            _state = _state with { RewindPoint = step, Rewinds = 0 };
            Save(stage.Name, step, heldOut);
            sinceSave.Restart();
        }

        // Keeps the weights as the last update left them, and the batch that broke them for a person to look at.
        void GiveUp()
        {
            var message = $"the gradient was not finite {_gradients.SkippedInARow} times in a row, at {stage.Name} step {step}";
            string? checkpoint = null, dump = null;
            if (_run is not null)
            {
                // Skipped updates changed nothing, so the weights of now are the last good ones, unless that last update itself broke them.
                _state = good.State;
                using (var norm = _model.Trained.Values.norm())
                    checkpoint = (float.IsFinite(norm.item<float>()) ? Save(stage.Name, good.Step, heldOut, good.MetricsBytes) : _run.Checkpoints.LatestValid(stage.Name))?.Folder;
                dump = _gradients.Batches.Count > 0 ? BatchDump.Write(_run, stage.Name, step, _gradients.Batches) : null;
                message += $"; the last good checkpoint is {checkpoint ?? "none"}" + (dump is null ? "" : $", the token ids of the last batch are in {dump}");
            }
            throw new DivergedException(message + ". Look at the data, or lower the learning rate, clip, or compute.precision") { Checkpoint = checkpoint, Dump = dump };
        }
    }

    /// <summary>Writes the model (of an adapted one the adapters), with what training needs to go on beside it, in <c>training/</c>.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="heldOutLoss">Held-out loss, if it was measured.</param>
    /// <param name="metricsBytes">Size of the metrics at that step; that of now if null.</param>
    public Checkpoint Save(string stage, int step, double? heldOutLoss = null, long? metricsBytes = null) =>
        _run!.SaveCheckpoint(stage, step, folder =>
        {
            if (_model.Adapters is null)
                ModelFolder.Save(folder, _model);
            else
                LoraFolder.Save(folder, _model, baseModel: null);
            _writeTokenizer?.Invoke(folder);
            TrainingState.Save(folder, _gradients.Optimizer, _state);
        }, heldOutLoss, isRewindPoint: _state.RewindPoint == step, metricsBytes);

    private int Load(Checkpoint checkpoint)
    {
        _state = TrainingState.Load(checkpoint.Folder, _gradients.Optimizer, _state.Base);
        if (_model.Adapters is null)
            ModelFolder.LoadInto(checkpoint.Folder, _model);
        else
            LoraFolder.LoadInto(checkpoint.Folder, _model);
        _gradients.Restart(_state.Skipped);
        _spikes.Losses = _state.Losses;
        return (int)checkpoint.Step;
    }

    /// <summary>
    /// Goes back to the latest rewind point and leaves out every batch since, so that what follows is decided by losses alone and not by the
    /// clock: a run that was interrupted rewinds as the uninterrupted one does (Chowdhery et al. 2022, PaLM, section 5.1).
    /// </summary>
    /// <returns>The step to go on from; null to let the spike be.</returns>
    private int? Rewind(IStage stage, int step, double loss)
    {
        var spiked = _state.Batch;
        if (_state.Rewinds >= MaxRewinds)
        {
            _progress.Message($"the loss stays at {loss:G4} after {MaxRewinds} rewinds: it is not the batches, so training goes on");
            _spikes.Losses = [];
            return null;
        }
        if (_run!.Rewind(stage.Name) is not { } checkpoint)
            return null;
        var point = Load(checkpoint);
        _state = _state with
        {
            SkippedBatches = [.. _state.SkippedBatches, new BatchRange(_state.Batch, spiked)],
            Batch = spiked + 1,
            Rewinds = _state.Rewinds + 1,
        };
        Save(stage.Name, point, checkpoint.Loss);
        _progress.Message($"loss spike at step {step + 1} ({loss:G4}): back to step {point}, batches {_state.SkippedBatches[^1].From} to {spiked} are left out");
        return point;
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
        var rate = _gradients.Factor * _options.Optimizer.MatrixRate;
        var metrics = new Dictionary<string, double>(result.Metrics ?? new Dictionary<string, double>());
        if (Skipped > 0)
            metrics["skipped_updates"] = Skipped;
        if (SkippedBatches > 0)
            metrics["skipped_batches"] = SkippedBatches;
        _run?.Metrics.Append(stage.Name, step,
            [("loss", result.Loss), ("learning_rate", rate), ("tokens_per_second", tokensPerSecond), .. metrics.Select(m => (m.Key, m.Value)),
            ("memory_bytes", Environment.WorkingSet), ("live_tensors", Tensor.TotalCount)]);
        _progress.Step(new StepInfo(step, elapsed)
        {
            Loss = result.Loss,
            LearningRate = rate,
            TokensPerSecond = tokensPerSecond,
            Metrics = metrics,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _gradients.Dispose();
}
