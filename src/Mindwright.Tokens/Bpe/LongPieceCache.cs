using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// The ids of pieces that are too long for <see cref="PieceCache"/>: indentation, and words of scripts with two or three
/// bytes a letter. A table without chains; when the store is full it starts afresh.
/// </summary>
internal sealed unsafe class LongPieceCache
{
    private const int MaxPiece = 128, Slots = 1 << 16, StoreBytes = 1 << 22;

    private readonly NativeList<int> _ids = new();
    private Entry* _entries;
    private byte* _store;
    private int _used;

    ~LongPieceCache()
    {
        NativeMemory.Free(_entries);
        NativeMemory.Free(_store);
    }

    public bool TryGet(ReadOnlySpan<byte> piece, out ReadOnlySpan<int> ids)
    {
        if (_entries != null && piece.Length <= MaxPiece)
        {
            var entry = _entries + (Hashing.Bytes(piece) & (Slots - 1));
            if (piece.SequenceEqual(new ReadOnlySpan<byte>(_store + entry->Start, entry->Length)))
            {
                ids = _ids.Span.Slice(entry->FirstId, entry->IdCount);
                return true;
            }
        }
        ids = default;
        return false;
    }

    public void Add(ReadOnlySpan<byte> piece, ReadOnlySpan<int> ids)
    {
        if (piece.Length > MaxPiece)
            return;
        if (_entries == null)
        {
            // Made when first needed: most short texts never do.
            _entries = (Entry*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(Entry));
            _store = (byte*)NativeMemory.Alloc(StoreBytes);
        }
        else if (_used + piece.Length > StoreBytes)
        {
            NativeMemory.Clear(_entries, Slots * (nuint)sizeof(Entry));
            _used = 0;
            _ids.Clear();
        }
        var entry = _entries + (Hashing.Bytes(piece) & (Slots - 1));
        piece.CopyTo(new Span<byte>(_store + _used, piece.Length));
        *entry = new Entry { Start = _used, FirstId = _ids.Count, Length = (ushort)piece.Length, IdCount = (ushort)ids.Length };
        _used += piece.Length;
        _ids.Add(ids);
    }

    private struct Entry
    {
        public int Start;
        public int FirstId;
        public ushort Length;
        public ushort IdCount;
    }
}
