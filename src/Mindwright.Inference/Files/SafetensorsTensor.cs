namespace Mindwright.Inference.Files;

/// <summary>One tensor of an open file: what it is, and its bytes, little-endian and row by row, where they lie mapped in memory.</summary>
/// <remarks>The bytes live as long as the <see cref="SafetensorsFile"/> is open; every member that touches them throws
/// <see cref="ObjectDisposedException"/> afterwards. A span taken before must not be used after.</remarks>
public sealed unsafe class SafetensorsTensor
{
    private readonly SafetensorsFile _file;
    private readonly long _offset;

    internal SafetensorsTensor(SafetensorsFile file, string name, SafetensorsDtype dtype, long[] shape, long offset, long byteLength)
    {
        _file = file;
        _offset = offset;
        Name = name;
        Dtype = dtype;
        Shape = shape;
        ByteLength = byteLength;
    }

    /// <summary>The tensor's name, such as <c>model.embed_tokens.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>Dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes of all elements.</summary>
    public long ByteLength { get; }

    /// <summary>Number of elements.</summary>
    public long ElementCount => ByteLength / Dtype.Size();

    /// <summary>The first byte in memory, read-only. <see cref="ByteLength"/> bytes may be read from it while the file is open.</summary>
    public nint Pointer => (nint)(_file.Data + _offset);

    /// <summary>All bytes; for tensors of up to 2 GB (a larger one throws <see cref="InvalidOperationException"/>: read it by <see cref="Slice"/>).</summary>
    public ReadOnlySpan<byte> Bytes => ByteLength <= int.MaxValue
        ? new ReadOnlySpan<byte>(_file.Data + _offset, (int)ByteLength)
        : throw new InvalidOperationException($"tensor {Name} has {ByteLength} bytes, more than a span can hold: read it in slices");

    /// <summary>Some of the bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice does not lie inside the tensor.</exception>
    public ReadOnlySpan<byte> Slice(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ByteLength - length);
        return new ReadOnlySpan<byte>(_file.Data + _offset + start, length);
    }

    /// <summary>Copies all bytes to memory that holds at least <see cref="ByteLength"/> of them, such as another tensor's data.</summary>
    public void CopyTo(nint destination) => Buffer.MemoryCopy(_file.Data + _offset, (void*)destination, ByteLength, ByteLength);

    /// <summary>The bytes as a stream to read.</summary>
    public Stream OpenRead() => new UnmanagedMemoryStream(_file.Data + _offset, ByteLength);
}
