using System.Buffers;

namespace Mindwright.Runs.Files;

/// <summary>Lines that end in <c>\n</c>, with the byte positions at which they start and end.</summary>
/// <param name="stream">Read from its current position.</param>
/// <param name="start">The byte offset of that position.</param>
internal sealed class LineReader(Stream stream, long start = 0) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _from;
    private int _to;

    internal long Start { get; private set; }

    internal long End { get; private set; } = start;

    internal bool TryRead(out ReadOnlyMemory<byte> line)
    {
        for (var scanned = _from; ;)
        {
            var newline = _buffer.AsSpan(scanned.._to).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var length = scanned + newline - _from;
                line = _buffer.AsMemory(_from, length);
                Start = End;
                End += length + 1;
                _from += length + 1;
                return true;
            }
            scanned = Fill();
            if (scanned < 0)
            {
                line = default;
                return false;
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    // Makes space, reads on, and returns the index of the new bytes; -1 at the end.
    private int Fill()
    {
        var kept = _to - _from;
        var target = kept > _buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(2 * _buffer.Length) : _buffer;
        _buffer.AsSpan(_from, kept).CopyTo(target);
        if (target != _buffer)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _from, _to) = (target, 0, kept);
        var read = stream.Read(_buffer, kept, _buffer.Length - kept);
        _to += read;
        return read == 0 ? -1 : kept;
    }
}
