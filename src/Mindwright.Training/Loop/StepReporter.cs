using System.Diagnostics;
using Mindwright.Runs;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>Says how a stage is getting on: to the run's metrics and samples, and to whoever receives progress.</summary>
internal sealed class StepReporter(RunFolder? run, IProgressSink progress, double matrixRate)
{
    // Steps over which speed is averaged.
    private const int SpeedWindow = 20;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Queue<(double Seconds, long Tokens)> _recent = new();
    private double _began;

    /// <summary>A step begins.</summary>
    public void Begin() => _began = _clock.Elapsed.TotalSeconds;

    /// <summary>A step was done.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">Steps done, this one included.</param>
    /// <param name="result">What it did.</param>
    /// <param name="factor">The schedule's factor on learning rates.</param>
    /// <param name="skippedUpdates">Updates skipped so far.</param>
    /// <param name="skippedBatches">Batches left out so far.</param>
    public void End(string stage, int step, StepResult result, double factor, int skippedUpdates, int skippedBatches)
    {
        _recent.Enqueue((_clock.Elapsed.TotalSeconds - _began, result.Tokens));
        if (_recent.Count > SpeedWindow)
            _recent.Dequeue();
        var tokensPerSecond = _recent.Sum(r => r.Tokens) / _recent.Sum(r => r.Seconds);
        var metrics = new Dictionary<string, double>(result.Metrics ?? new Dictionary<string, double>());
        if (skippedUpdates > 0)
            metrics["skipped_updates"] = skippedUpdates;
        if (skippedBatches > 0)
            metrics["skipped_batches"] = skippedBatches;
        run?.Metrics.Append(stage, step,
            [("loss", result.Loss), ("learning_rate", factor * matrixRate), ("tokens_per_second", tokensPerSecond), .. metrics.Select(m => (m.Key, m.Value)),
            ("memory_bytes", Environment.WorkingSet), ("live_tensors", Tensor.TotalCount)]);
        progress.Step(new StepInfo(step, _clock.Elapsed)
        {
            Loss = result.Loss,
            LearningRate = factor * matrixRate,
            TokensPerSecond = tokensPerSecond,
            Metrics = metrics,
        });
    }

    /// <summary>The model was evaluated.</summary>
    public void Evaluated(string stage, int step, IReadOnlyDictionary<string, double> figures)
    {
        if (figures.Count > 0)
            run?.Metrics.Append(stage + MetricsRow.EvaluationSuffix, step, [.. figures.Select(m => (m.Key, m.Value))]);
    }

    /// <summary>Shows what the model of this moment writes; the weights do not notice.</summary>
    public void Show(IStage stage, int step, CancellationToken cancellation)
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
        run?.WriteSample(stage.Name, step, text);
        progress.Sample(stage.Name, text);
    }
}
