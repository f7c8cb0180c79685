namespace Mindwright.Inference.Files;

/// <summary>A tensor about to be written: what it is, and a callback that writes its bytes.</summary>
public sealed class SafetensorsSource
{
    // Streams take their bytes in pieces: a span ends at 2 GB, a tensor does not.
    private const int ChunkBytes = 1 << 26;

    /// <summary>A tensor whose bytes a callback writes, little-endian and row by row.</summary>
    /// <param name="name">Name, unique in the file.</param>
    /// <param name="dtype">Type of the elements.</param>
    /// <param name="shape">Dimensions; empty for a scalar.</param>
    /// <param name="write">Writes exactly the bytes that type and shape call for.</param>
    /// <exception cref="ArgumentException">The name is empty or reserved, or the shape is negative or beyond 2^63 bytes.</exception>
    public SafetensorsSource(string name, SafetensorsDtype dtype, IReadOnlyList<long> shape, Action<Stream> write)
    {
        if (name.Length == 0 || name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"'{name}' cannot be the name of a tensor", nameof(name));
        Name = name;
        Dtype = dtype;
        Shape = [.. shape];
        ByteLength = dtype.ByteLength(Shape)
            ?? throw new ArgumentException($"tensor {name}: the shape [{string.Join(", ", shape)}] is negative or too large", nameof(shape));
        Write = write;
    }

    /// <summary>A tensor whose bytes lie in managed memory.</summary>
    public SafetensorsSource(string name, SafetensorsDtype dtype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
        : this(name, dtype, shape, stream => stream.Write(bytes.Span))
    {
        if (bytes.Length != ByteLength)
            throw new ArgumentException($"tensor {name} of {dtype.FileName()} [{string.Join(", ", shape)}] has {ByteLength} bytes, not {bytes.Length}", nameof(bytes));
    }

    /// <summary>A tensor whose bytes lie in native memory, of any size, that stays valid until it is written.</summary>
    public static unsafe SafetensorsSource FromPointer(string name, SafetensorsDtype dtype, IReadOnlyList<long> shape, nint pointer)
    {
        var bytes = dtype.ByteLength([.. shape]) ?? 0;
        return new SafetensorsSource(name, dtype, shape, stream =>
        {
            for (var offset = 0L; offset < bytes; offset += ChunkBytes)
                stream.Write(new ReadOnlySpan<byte>((byte*)pointer + offset, (int)Math.Min(ChunkBytes, bytes - offset)));
        });
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>Dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes of all elements.</summary>
    public long ByteLength { get; }

    internal Action<Stream> Write { get; }
}
