using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>
/// Loads batches from a dataset: documents shuffled by the seed and packed into rows, sources mixed by weight. Batches are prepared ahead on a
/// separate thread, and loading can resume at any batch.
/// </summary>
/// <remarks>
/// The batches depend on the data, the options and the cursor only. Each row comes from the source that is furthest behind its weight, so that
/// the mixture is exact at every moment; a source whose epochs are over leaves the mixture. The dataset must stay open as long as the loader. One
/// thread at a time may call <see cref="Next"/>.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    private readonly TokenDataset _dataset;
    private readonly BatchOptions _options;
    private readonly string _fingerprint;
    private readonly RowStream[] _streams;
    private readonly double[] _weights;
    private readonly bool[] _over;
    private readonly BlockingCollection<PackedBatch> _ready;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _maker;
    private Exception? _failure;

    /// <summary>Starts preparing batches.</summary>
    /// <param name="dataset">The tokens.</param>
    /// <param name="options">The size of the batches, and what goes into them.</param>
    /// <param name="resume">The <see cref="PackedBatch.Cursor"/> of the last batch that was used; null starts at the beginning.</param>
    /// <param name="skip">Batches to skip from there; their tokens are not read.</param>
    /// <exception cref="ArgumentException">No source has a document; a tag is unknown; a weight is negative.</exception>
    /// <exception cref="InvalidDataException">The cursor belongs to other data or other options.</exception>
    public BatchLoader(TokenDataset dataset, BatchOptions options, BatchCursor? resume = null, long skip = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PackedRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch);
        (_dataset, _options) = (dataset, options);
        var sources = dataset.Sources;
        _fingerprint = Fingerprint(dataset.Manifest, options);
        if (resume is not null && (resume.Data != _fingerprint || resume.Sources.Count != sources.Count))
            throw new InvalidDataException("the checkpoint belongs to other data: dataset, seed, row length or excluded tags have changed since");
        var without = TagBits(dataset.Manifest, options.WithoutTags);
        _weights = [.. sources.Select(source => source.Weight)];
        _over = [.. _weights.Select(weight => weight == 0)];
        if (_over.All(over => over))
            throw new ArgumentException("no source has both documents and a weight", nameof(dataset));
        _streams = [.. sources.Select((source, i) => new RowStream(
            source, i, options, dataset.Manifest.BoundaryToken, without, resume?.Sources[i] ?? new SourceCursor(0, 0, 0, 0)))];
        _ready = new BlockingCollection<PackedBatch>(options.Prefetch);
        _maker = new Thread(() => MakeAll(skip)) { IsBackground = true, Name = "batch loader" };
        _maker.Start();
    }

    /// <summary>The next batch; null when the epochs of all sources are over. The last batch is filled up with padding.</summary>
    public PackedBatch? Next(CancellationToken cancellation = default)
    {
        if (_ready.TryTake(out var batch, Timeout.Infinite, cancellation))
            return batch;
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        return null;
    }

    /// <summary>Stops the thread.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _maker.Join();
        _ready.Dispose();
        _stop.Dispose();
    }

    private static uint TagBits(Manifest manifest, IReadOnlyList<string> tags)
    {
        uint bits = 0;
        foreach (var tag in tags)
        {
            var bit = manifest.Tags.ToList().IndexOf(tag);
            bits |= bit >= 0 ? 1u << bit
                : throw new ArgumentException($"no tag {tag} in this dataset; it has {string.Join(", ", manifest.Tags)}");
        }
        return bits;
    }

    /// <summary>Without rows of a batch and prefetching, which a resumed run may change: the order of the rows stays the same.</summary>
    private static string Fingerprint(Manifest manifest, BatchOptions options) => Hashing.Of(JsonSerializer.SerializeToUtf8Bytes(
        new { manifest.Shards, manifest.Sources, options.Length, options.Seed, options.PackedRows, options.WithoutTags }, JsonFormat.Line))[..16];

    private void MakeAll(long skip)
    {
        try
        {
            for (var rows = skip * _options.Rows; rows > 0 && NextSource() >= 0; rows--)
                _stop.Token.ThrowIfCancellationRequested();
            while (Make() is { } batch)
                _ready.Add(batch, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The loader was disposed.
        }
        catch (Exception e)
        {
            _failure = e;
        }
        _ready.CompleteAdding();
    }

    private PackedBatch? Make()
    {
        var batch = new PackedBatch(_options.Rows, _options.Length, _dataset.Manifest.BoundaryToken);
        for (var row = 0; row < _options.Rows; row++)
        {
            var source = NextSource();
            if (source < 0 && row == 0)
                return null;
            batch.Sources[row] = source;
            if (source >= 0)
                _streams[source].Write(batch, row);
        }
        batch.Cursor = new BatchCursor(_fingerprint, [.. _streams.Select(stream => stream.Cursor)]);
        return batch;
    }

    /// <summary>Goes to the next row of the mixture; returns its source, −1 where all are over.</summary>
    private int NextSource()
    {
        int source;
        do
        {
            source = Furthest();
            if (source >= 0)
                _over[source] = !_streams[source].TryNext();
        }
        while (source >= 0 && _over[source]);
        return source;
    }

    /// <summary>The source with the fewest rows for its weight; −1 where all are over.</summary>
    private int Furthest()
    {
        var furthest = -1;
        for (var i = 0; i < _streams.Length; i++)
            if (!_over[i] && (furthest < 0 || Turn(i) < Turn(furthest)))
                furthest = i;
        return furthest;
    }

    private double Turn(int source) => (_streams[source].Cursor.Rows + 1) / _weights[source];
}
