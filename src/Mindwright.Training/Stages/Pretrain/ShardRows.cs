using Mindwright.Data;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>
/// Rows of a folder of token shards: streamed from disk, mixed by weight, and packed so that no document attends to another.
/// </summary>
public sealed class ShardRows : IRows, IDisposable
{
    // What an n-gram model can hold in memory; more text would make it better by little.
    private const int MaxStream = 20_000_000;

    private readonly TokenDataset _dataset;
    private readonly int _time;
    private readonly int _seed;
    private readonly IReadOnlyList<string> _withoutTags;
    private BatchLoader? _loader;
    private (int Step, int Rows) _next;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder that a build made.</param>
    /// <param name="time">Tokens in a row, T.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="withoutTags">Documents that bear one of these tags stay out, beside those that are held out.</param>
    /// <exception cref="FileNotFoundException">The folder, or a file of it, is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="RecipeException">The folder has no such tag.</exception>
    public ShardRows(string folder, int time, int seed, IReadOnlyList<string> withoutTags)
    {
        (_time, _seed) = (time, seed);
        _dataset = TokenDataset.Open(folder);
        var tags = _dataset.Manifest.Tags;
        if (withoutTags.FirstOrDefault(tag => !tags.Contains(tag)) is { } unknown)
            throw new RecipeException($"{folder} has no tag {unknown}", key: "data.without_tags", cure: $"it has {string.Join(", ", tags)}");
        _withoutTags = tags.Contains(Manifest.HeldOutTag) ? [.. withoutTags, Manifest.HeldOutTag] : withoutTags;
    }

    /// <inheritdoc/>
    /// <remarks>As many as its tokens fill, weights and epochs left aside.</remarks>
    public int Count => (int)Math.Clamp(_dataset.Manifest.Tokens / _time, 1, int.MaxValue);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The epochs of all sources are over.</exception>
    public Batch At(int step, int rows)
    {
        if (_loader is null || _next != (step, rows))
        {
            _loader?.Dispose();
            _loader = Open(rows, step);
        }
        _next = (step + 1, rows);
        return ToBatch(_loader.Next() ?? throw new InvalidDataException(
            $"the data is over before step {step + 1}: the sources may be read for so many epochs; build it with more, or take fewer pretrain.steps"));
    }

    /// <inheritdoc/>
    /// <remarks>At most the first twenty million tokens.</remarks>
    public int[] ReadBy(int steps, int rows)
    {
        using var loader = Open(rows, 0);
        var tokens = new List<int>();
        for (var step = 0; step < steps && tokens.Count < MaxStream && loader.Next() is { } batch; step++)
        {
            // The next segment's first input is the boundary token that this one's last target is.
            for (var i = 0; i < batch.Inputs.Length; i++)
                if (batch.Segments[i] >= 0)
                    tokens.Add(batch.Inputs[i]);
            if (batch.Cursor.Sources.All(source => source.Epoch > 0))
                break;
        }
        return [.. tokens];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loader?.Dispose();
        _dataset.Dispose();
    }

    private BatchLoader Open(int rows, int step) =>
        new(_dataset, new BatchOptions { Rows = rows, Length = _time, Seed = _seed, WithoutTags = _withoutTags }, skip: step);

    private static Batch ToBatch(TokenBatch batch)
    {
        var isPadded = batch.Tokens < batch.Targets.Length;
        return new Batch(
            batch.Rows, Array.ConvertAll(batch.Inputs, id => (long)id),
            // Padding counts nothing, so any id will do there.
            Array.ConvertAll(batch.Targets, id => id == TokenBatch.Ignore ? 0L : id),
            isPadded ? Array.ConvertAll(batch.Targets, id => id == TokenBatch.Ignore ? 0f : 1f) : null,
            Array.ConvertAll(batch.Segments, segment => (long)segment));
    }
}
