
namespace Mindwright.Data;

/// <summary>
/// The rows of one source, without limit or for some epochs: documents in shuffled order, packed a window at a time, and the rows of the window
/// shuffled again. Everything is determined by the seed and the cursor.
/// </summary>
internal sealed class RowStream
{
    private readonly TokenSource _source;
    private readonly BatchOptions _options;
    private readonly int _boundary;
    private readonly uint _without;
    private readonly ulong _key;
    private SourceCursor _cursor;
    private List<List<Piece>>? _window;
    private long _windowDocuments;
    private List<Piece> _row = [];

    public RowStream(TokenSource source, int index, BatchOptions options, int boundary, uint without, SourceCursor cursor)
    {
        (_source, _options, _boundary, _without, _cursor) = (source, options, boundary, without, cursor);
        _key = Permutation.Mix(Permutation.Mix((ulong)(uint)options.Seed) + (ulong)index);
    }

    public SourceCursor Cursor => _cursor;

    /// <summary>Goes to the next row; false where the source's epochs are over.</summary>
    public bool TryNext()
    {
        var epochsDone = 0;
        while (_window is null || _cursor.Row == _window.Count)
        {
            if (_window is not null)
                _cursor = _cursor with { Document = _windowDocuments, Row = 0 };
            if (_cursor.Document >= Limit(_cursor.Epoch))
            {
                _cursor = _cursor with { Epoch = _cursor.Epoch + 1, Document = 0 };
                epochsDone++;
            }
            // A whole epoch without a row: all documents are excluded by their tags.
            if (Limit(_cursor.Epoch) == 0 || epochsDone > 1)
            {
                _window = null;
                return false;
            }
            _window = Pack();
        }
        _row = _window[_cursor.Row];
        _cursor = _cursor with { Row = _cursor.Row + 1, Rows = _cursor.Rows + 1 };
        return true;
    }

    /// <summary>The documents of an epoch: all of them, in the last epoch a part, then none.</summary>
    private long Limit(int epoch) => _source.Info.Epochs is not { } epochs
        ? _source.Documents
        : (long)Math.Round(Math.Clamp(epochs - epoch, 0, 1) * _source.Documents);

    private List<List<Piece>> Pack()
    {
        var epochKey = Permutation.Mix(_key + (ulong)_cursor.Epoch);
        var order = new Permutation(_source.Documents, epochKey);
        var limit = Limit(_cursor.Epoch);
        var wanted = (long)_options.PackedRows * _options.Length;
        var pieces = new List<Piece>();
        long tokens = 0;
        var next = _cursor.Document;
        for (; next < limit && tokens < wanted; next++)
        {
            var document = order[next];
            var (shard, (start, end), index) = _source.Locate(document);
            if (_without != 0 && (shard.Tags(index) & _without) != 0)
                continue;
            var length = (int)(end - start);
            for (var at = 0; at < length; at += _options.Length)
                pieces.Add(new Piece(document, at, Math.Min(_options.Length, length - at)));
            tokens += length;
        }
        _windowDocuments = next;
        var rows = BestFitPacker.Pack(pieces, _options.Length);
        var shuffle = new Permutation(Math.Max(1, rows.Count), Permutation.Mix(epochKey + (ulong)_cursor.Document));
        return [.. Enumerable.Range(0, rows.Count).Select(i => rows[(int)shuffle[i]])];
    }

    /// <summary>Writes the row into a batch.</summary>
    public void Write(PackedBatch batch, int row)
    {
        var at = row * _options.Length;
        for (var segment = 0; segment < _row.Count; segment++)
        {
            var (document, start, length) = _row[segment];
            var (shard, range, _) = _source.Locate(document);
            shard.Read(range.Start + start, batch.Targets.AsSpan(at, length));
            batch.Targets.AsSpan(at, length - 1).CopyTo(batch.Inputs.AsSpan(at + 1));
            if (start > 0)
                shard.Read(range.Start + start - 1, batch.Inputs.AsSpan(at, 1));
            else
                batch.Inputs[at] = _boundary;
            batch.Segments.AsSpan(at, length).Fill(segment);
            batch.Tokens += length;
            at += length;
        }
    }
}
