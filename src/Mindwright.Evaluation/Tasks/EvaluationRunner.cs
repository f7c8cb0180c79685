using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tasks;

/// <summary>Puts tasks to a model, item by item in batches; what was rated before is taken from the cache.</summary>
public sealed class EvaluationRunner
{
    /// <summary>Raised whenever the scoring itself changes, so that no cached result outlives the code that made it.</summary>
    public const int CodeVersion = 3;

    private const int BatchSize = 16;
    private const int LimitSeed = 1337;

    private readonly TextModel _model;
    private readonly string? _cacheFolder;

    /// <summary>Makes a runner.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cacheFolder">Where item results are kept; null keeps none.</param>
    public EvaluationRunner(TextModel model, string? cacheFolder)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _cacheFolder) = (model, cacheFolder);
    }

    /// <summary>Runs one task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="limit">The most items, drawn by a fixed seed so that a smaller limit's items are among a larger one's; null takes all.</param>
    /// <param name="progress">Receives the numbers of items done and to do.</param>
    /// <param name="cancellation">Stops between batches; what is done stays in the cache.</param>
    /// <exception cref="GradingException">No item could be graded.</exception>
    public TaskResult Run(
        EvaluationTask task, int? limit = null, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var items = Enumerable.Range(0, task.Count).ToArray();
        if (limit < task.Count)
        {
            new Random(LimitSeed).Shuffle(items);
            items = [.. items.Take(limit.Value).Order()];
        }
        if (items.Length == 0)
            throw new ArgumentException($"Task {task.Name} has no items to evaluate.", nameof(task));

        using var cache = ResultCache.Open(_cacheFolder, _model.Hash, task.Name, $"{CodeVersion}\n{task.Definition}");
        var waiting = items.Where(item => !cache.Results.ContainsKey(item)).ToArray();
        foreach (var batch in waiting.Chunk(BatchSize))
        {
            progress?.Invoke(items.Length - waiting.Length + Array.IndexOf(waiting, batch[0]), items.Length);
            cancellation.ThrowIfCancellationRequested();
            cache.Add(task.Evaluate(_model, batch, cancellation));
        }
        progress?.Invoke(items.Length, items.Length);
        return Summarize(task, [.. items.Select(item => cache.Results[item])]);
    }

    private static TaskResult Summarize(EvaluationTask task, IReadOnlyList<ItemResult> results)
    {
        var measures = task.Summarize(results);
        var failed = results.Where(result => result.Failure is not null).ToArray();
        if (measures.FirstOrDefault(measure => measure.Name == task.MainMeasure) is not { } main)
            throw new GradingException($"Task {task.Name}: {task.MainMeasure} could be told of no item. {failed.FirstOrDefault()?.Failure}".TrimEnd());
        var groups = new SortedDictionary<string, Measure>(StringComparer.Ordinal);
        foreach (var group in results.Where(result => result.Group is not null).GroupBy(result => result.Group!))
            if (task.Summarize([.. group]).FirstOrDefault(measure => measure.Name == task.MainMeasure) is { } part)
                groups[group.Key] = part;
        Interval? centered = task is CoreTask core ? core.Center(main.Value) : null;
        return new(task.Name, main, measures, groups, centered, failed.Length, failed.FirstOrDefault()?.Failure);
    }
}
