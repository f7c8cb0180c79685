namespace Mindwright.Data;

/// <summary>A stream that must have a given number of bytes: the platform's tar reader takes a truncated file for a complete one.</summary>
internal sealed class ExactStream(Stream inner, long length) : ReadOnlyStream
{
    private long _left = length;

    public override int Read(Span<byte> destination)
    {
        var read = inner.Read(destination);
        _left -= read;
        return read > 0 || destination.Length == 0 || _left == 0 ? read : throw new EndOfStreamException($"{_left} bytes are missing");
    }
}
