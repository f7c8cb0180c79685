using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>The texts that were kept, by their hashes of 128 bits. Takes 23 to 25 bytes a document.</summary>
internal sealed class ExactDuplicateIndex
{
    private const int Size = 16;
    private readonly FixedRecords _hashes = new(Size);
    private readonly DocumentTable _table;

    public ExactDuplicateIndex() => _table = new DocumentTable(document => (ulong)Stored(document));

    /// <summary>Whether a text with this hash was added.</summary>
    public bool Contains(UInt128 hash)
    {
        var search = _table.Find((ulong)hash);
        while (_table.TryNext(ref search, out var document))
            if (Stored(document) == hash)
                return true;
        return false;
    }

    /// <summary>Adds a text.</summary>
    public void Add(UInt128 hash)
    {
        _hashes.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in hash)));
        _table.Add();
    }

    private UInt128 Stored(int document) => MemoryMarshal.Read<UInt128>(_hashes[document]);
}
