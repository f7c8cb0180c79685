using System.Text.Json;
using Mindwright.Data;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>
/// Rows of documents, from a folder of token shards or from memory: mixed by weight, and packed so that no document attends to another.
/// </summary>
internal sealed class DatasetRows : IRows
{
    // What an n-gram model can hold in memory; more text would make it better by little.
    private const int MaxStream = 20_000_000;

    private readonly TokenDataset _dataset;
    private readonly int _time;
    private readonly int _seed;
    private readonly IReadOnlyList<string> _withoutTags;
    private BatchLoader? _loader;
    private Place? _place; // where the next rows begin

    /// <summary>Takes a dataset, which is disposed with the rows.</summary>
    /// <param name="dataset">The documents.</param>
    /// <param name="time">Tokens in a row, T.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="withoutTags">Documents that bear one of these tags stay out, beside those that are held out.</param>
    /// <exception cref="RecipeException">The dataset has no such tag.</exception>
    public DatasetRows(TokenDataset dataset, int time, int seed, IReadOnlyList<string>? withoutTags = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        (_dataset, _time, _seed) = (dataset, time, seed);
        var tags = _dataset.Manifest.Tags;
        withoutTags ??= [];
        if (withoutTags.FirstOrDefault(tag => !tags.Contains(tag)) is { } unknown)
            throw new RecipeException($"the data has no tag {unknown}", key: "data.without_tags", cure: $"it has {string.Join(", ", tags)}");
        _withoutTags = tags.Contains(Manifest.HeldOutTag) ? [.. withoutTags, Manifest.HeldOutTag] : withoutTags;
    }

    /// <inheritdoc/>
    /// <remarks>As many as its tokens fill, weights and epochs left aside.</remarks>
    public int Count => (int)Math.Clamp(_dataset.Manifest.Tokens / _time, 1, int.MaxValue);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The epochs of all sources are over.</exception>
    public TokenBatch At(int step, int rows)
    {
        if (_loader is null || _place?.Step != step || _place.Rows != rows)
        {
            _loader?.Dispose();
            _loader = _place is { } place && place.Rows == rows && place.Step <= step
                ? Open(rows, place.Data, step - place.Step)
                : Open(rows, null, step);
        }
        var batch = _loader.Next() ?? throw new InvalidDataException(
            $"the data is over before step {step + 1}: the sources may be read for so many epochs; build it with more, or take fewer pretrain.steps");
        _place = new Place(step + 1, rows, batch.Cursor);
        return ToBatch(batch);
    }

    /// <inheritdoc/>
    /// <remarks>At most the first twenty million tokens.</remarks>
    public int[] ReadBy(int steps, int rows)
    {
        using var loader = Open(rows, null, 0);
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
    public JsonElement? Cursor => _place is null ? null : JsonSerializer.SerializeToElement(_place);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The cursor belongs to other data.</exception>
    public void Seek(JsonElement cursor)
    {
        _loader?.Dispose();
        _loader = null;
        _place = cursor.Deserialize<Place>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loader?.Dispose();
        _dataset.Dispose();
    }

    private BatchLoader Open(int rows, BatchCursor? resume, int skip) =>
        new(_dataset, new BatchOptions { Rows = rows, Length = _time, Seed = _seed, WithoutTags = _withoutTags }, resume, skip);

    private static TokenBatch ToBatch(PackedBatch batch)
    {
        var isPadded = batch.Tokens < batch.Targets.Length;
        return new TokenBatch(
            batch.Rows, Array.ConvertAll(batch.Inputs, id => (long)id),
            // Padding counts nothing, so any id will do there.
            Array.ConvertAll(batch.Targets, id => id == PackedBatch.Ignore ? 0L : id),
            isPadded ? Array.ConvertAll(batch.Targets, id => id == PackedBatch.Ignore ? 0f : 1f) : null,
            Array.ConvertAll(batch.Segments, segment => (long)segment));
    }

    private sealed record Place(int Step, int Rows, BatchCursor Data);
}
