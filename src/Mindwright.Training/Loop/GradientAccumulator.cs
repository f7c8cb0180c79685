using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>
/// Takes a stage's gradients to the weights of its networks: adds them up over micro-batches and processes, skips what is not finite, clips,
/// and lets the optimizers apply the rest.
/// </summary>
internal sealed class GradientAccumulator : IGradients
{
    private readonly IReadOnlyList<TrainedModel> _models;
    private readonly GradientBuckets[] _buckets;
    private readonly double _maxNorm;
    private readonly Action<string> _warn;
    private readonly List<Batch> _batches = [];
    private bool _updated;

    /// <param name="models">The networks that are trained.</param>
    /// <param name="maxNorm">Gradients with a larger norm are scaled down to it; 0 leaves all.</param>
    /// <param name="collective">The processes that train together.</param>
    /// <param name="warn">Receives a line about each skipped update.</param>
    public GradientAccumulator(IReadOnlyList<TrainedModel> models, double maxNorm, ICollective collective, Action<string> warn)
    {
        _models = models;
        _buckets = [.. models.Select(model => new GradientBuckets(model.Weights))];
        _maxNorm = maxNorm;
        _warn = warn;
        Collective = collective;
    }

    /// <inheritdoc/>
    public ICollective Collective { get; }

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
    public T Share<T>(T batch)
        where T : Batch
    {
        if (_updated)
            _batches.Clear();
        _updated = false;
        _batches.Add(batch);
        return batch.Share(Collective.Rank, Collective.WorldSize);
    }

    /// <inheritdoc/>
    public void Backward(Tensor loss)
    {
        loss.backward();
        foreach (var model in _models)
            model.Weights.CollectGradients();
    }

    /// <inheritdoc/>
    public double Update()
    {
        Interruption?.BeforeUpdate();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var buckets in _buckets)
            buckets.Sum(Collective);
        var norms = _models.Select(model => model.Weights.Gradients!.norm().item<float>()).ToArray();
        if (Array.Find(norms, norm => !float.IsFinite(norm)) is var bad && !float.IsFinite(bad))
        {
            Skipped++;
            SkippedInARow++;
            _warn($"the gradient is {bad}: update skipped");
        }
        else
        {
            SkippedInARow = 0;
            foreach (var (model, norm) in _models.Zip(norms))
                model.Optimizer.Step(Factor, _maxNorm > 0 && norm > _maxNorm ? _maxNorm / norm : 1);
        }
        Discard();
        _updated = true;
        return norms[0];
    }

    /// <summary>Goes on from a checkpoint, which had skipped so many updates.</summary>
    public void Restart(int skipped)
    {
        (Skipped, SkippedInARow) = (skipped, 0);
        Discard();
    }

    /// <summary>Forgets what has been added.</summary>
    public void Discard()
    {
        foreach (var model in _models)
            model.Weights.ZeroGradients();
    }
}
