namespace Mindwright.Data;

/// <summary>
/// Splits a stream into records at a separator (a line break, an end-of-text mark), in one pass and with memory for the
/// longest record only.
/// </summary>
internal sealed class ByteRecords(Stream stream, ReadOnlyMemory<byte> separator, int maxBytes)
{
    private byte[] _buffer = new byte[256 << 10];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _skipping;

    /// <summary>The number of the record that <see cref="TryRead"/> returned last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The offset of that record in the stream, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>True where the record is longer than the limit: what was returned is its beginning.</summary>
    public bool TooLong { get; private set; }

    private long _consumed;

    /// <summary>Reads the next record, without its separator. The span is valid until the next call.</summary>
    /// <remarks>After a record that is too long, either call <see cref="Unread"/>, or the rest of it is skipped.</remarks>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        var mark = separator.Span;
        var searched = 0;
        while (true)
        {
            var pending = _buffer.AsSpan(_start, _end - _start);
            var from = Math.Max(0, searched - mark.Length + 1);
            var at = pending[from..].IndexOf(mark);
            if (at >= 0 || (_ended && pending.Length > 0))
            {
                var length = at >= 0 ? from + at : pending.Length;
                var taken = at >= 0 ? length + mark.Length : length;
                if (_skipping)
                {
                    _skipping = false;
                    Consume(taken);
                    searched = 0;
                    continue;
                }
                if (length <= maxBytes)
                {
                    TooLong = false;
                    return Return(pending[..length], taken, out record);
                }
            }
            if (_ended && pending.Length == 0)
            {
                record = default;
                return false;
            }
            if (_skipping)
            {
                // Keep what may be the first part of a separator.
                Consume(Math.Max(0, pending.Length - mark.Length + 1));
                pending = _buffer.AsSpan(_start, _end - _start);
            }
            else if (pending.Length > maxBytes)
            {
                TooLong = true;
                _skipping = true;
                return Return(pending[..maxBytes], maxBytes, out record);
            }
            searched = pending.Length;
            Fill();
        }
    }

    /// <summary>Returns the end of a record that was too long to the stream: the next record starts there.</summary>
    public void Unread(int bytes)
    {
        _start -= bytes;
        _consumed -= bytes;
        _skipping = false;
    }

    private bool Return(ReadOnlySpan<byte> bytes, int taken, out ReadOnlySpan<byte> record)
    {
        Number++;
        Offset = _consumed;
        Consume(taken);
        record = bytes;
        return true;
    }

    private void Consume(int bytes)
    {
        _start += bytes;
        _consumed += bytes;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
