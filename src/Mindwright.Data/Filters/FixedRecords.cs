namespace Mindwright.Data;

/// <summary>A growing list of records of equal size, which are never moved.</summary>
/// <param name="size">Bytes of a record.</param>
internal sealed class FixedRecords(int size)
{
    private const int Chunk = 1 << 14;
    private readonly List<byte[]> _chunks = [];
    private int _count;

    /// <summary>A record.</summary>
    public ReadOnlySpan<byte> this[int index] => _chunks[index / Chunk].AsSpan(index % Chunk * size, size);

    /// <summary>Adds a record.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (_count % Chunk == 0)
            _chunks.Add(new byte[Chunk * size]);
        record.CopyTo(_chunks[^1].AsSpan(_count % Chunk * size));
        _count++;
    }
}
