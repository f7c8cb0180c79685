using Mindwright.Model;
using Mindwright.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>
/// Takes a stage's gradients to the weights: adds them up over micro-batches and processes, skips what is not finite, clips, and lets
/// the optimizer apply the rest.
/// </summary>
internal sealed class GradientAccumulator : IGradients, IDisposable
{
    private readonly FlatParameters _weights;
    private readonly ICollective _collective;
    private readonly GradientBuckets _buckets;
    private readonly double _clip;
    private readonly Action<string> _warn;
    private readonly List<Batch> _batches = [];
    private bool _updated;

    /// <param name="weights">The parameters that are trained.</param>
    /// <param name="options">Optimizer and clipping.</param>
    /// <param name="collective">The processes that train together.</param>
    /// <param name="warn">Receives a line about each skipped update.</param>
    public GradientAccumulator(FlatParameters weights, TrainerOptions options, ICollective collective, Action<string> warn)
    {
        _weights = weights;
        _collective = collective;
        _buckets = new GradientBuckets(weights);
        _clip = options.Clip;
        _warn = warn;
        Optimizer = new Optimizer(weights, options.Optimizer);
    }

    public Optimizer Optimizer { get; }

    /// <summary>The schedule's factor on learning rates.</summary>
    public double Factor { get; set; } = 1;

    /// <summary>Updates skipped so far.</summary>
    public int Skipped { get; private set; }

    /// <summary>Updates skipped since the last one that was made.</summary>
    public int SkippedInARow { get; private set; }

    /// <summary>What the stage's last update was made of: a batch, or several that it put together.</summary>
    public IReadOnlyList<Batch> Batches => _batches;

    /// <summary>Lets the current step be broken off; set for each step.</summary>
    public StepInterruption? Interruption { get; set; }

    /// <inheritdoc/>
    public (Batch Rows, int First) Share(Batch batch)
    {
        if (_updated)
            _batches.Clear();
        _updated = false;
        _batches.Add(batch);
        return batch.Share(_collective.Rank, _collective.WorldSize);
    }

    /// <inheritdoc/>
    public double Sum(double value) => _collective.Sum(value);

    /// <inheritdoc/>
    public void Backward(Tensor loss)
    {
        loss.backward();
        _weights.CollectGradients();
    }

    /// <inheritdoc/>
    public double Update()
    {
        Interruption?.BeforeUpdate();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _buckets.Sum(_collective);
        var norm = _weights.Gradients!.norm().item<float>();
        if (!float.IsFinite(norm))
        {
            Skipped++;
            SkippedInARow++;
            _warn($"the gradient is {norm}: update skipped");
        }
        else
        {
            SkippedInARow = 0;
            Optimizer.Step(Factor, _clip > 0 && norm > _clip ? _clip / norm : 1);
        }
        _weights.ZeroGradients();
        _updated = true;
        return norm;
    }

    /// <summary>Goes on from a checkpoint, which had skipped so many updates.</summary>
    public void Restart(int skipped)
    {
        (Skipped, SkippedInARow) = (skipped, 0);
        Discard();
    }

    /// <summary>Forgets what has been added.</summary>
    public void Discard() => _weights.ZeroGradients();

    public void Dispose() => Optimizer.Dispose();
}
