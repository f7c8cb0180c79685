using System.IO.Compression;

namespace Mindwright.Data;

/// <summary>
/// Reads gzip, all members of it, and fails on a truncated file, which <see cref="GZipStream"/> takes for a complete one.
/// </summary>
/// <remarks>
/// One more member with known content is appended to the file's own bytes. Only a decoder that has reached the proper end of the last member
/// returns that content.
/// </remarks>
internal sealed class GzipReadStream : ReadOnlyStream
{
    private static readonly byte[] s_mark = [.. "\0end of gzip\0"u8];
    private static readonly byte[] s_markMember = Compress(s_mark);

    private readonly GZipStream _inner;
    private readonly byte[] _buffer = new byte[(64 << 10) + s_mark.Length];
    private int _start;
    private int _end;
    private bool _ended;

    public GzipReadStream(Stream file) =>
        _inner = new GZipStream(new ConcatenatedStream(file, new MemoryStream(s_markMember)), CompressionMode.Decompress);

    public override int Read(Span<byte> destination)
    {
        // The last bytes read are held back, since they may be the mark.
        while (!_ended && _end - _start <= s_mark.Length)
            Fill();
        var count = Math.Min(destination.Length, _end - _start - (_ended ? 0 : s_mark.Length));
        _buffer.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _inner.Read(_buffer.AsSpan(_end));
        _end += read;
        if (read > 0)
            return;
        if (!_buffer.AsSpan(0, _end).EndsWith(s_mark))
            throw new InvalidDataException("broken gzip: it is truncated, or followed by something else");
        _end -= s_mark.Length;
        _ended = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
