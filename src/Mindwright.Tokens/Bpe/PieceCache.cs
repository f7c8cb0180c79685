using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// The ids of pieces of up to 15 bytes that were met before. A set of two entries is one cache line; the newer one
/// comes first, and the older is evicted. The table starts small and grows to <see cref="MaxBits"/> as it fills.
/// </summary>
internal sealed unsafe class PieceCache
{
    /// <summary>The longest piece that a key holds, in bytes.</summary>
    public const int MaxPiece = 15;

    /// <summary>The most ids that an entry holds itself; longer lists lie elsewhere.</summary>
    public const int MaxIds = 4;

    private const int MinBits = 10, MaxBits = 16, MaxLongIds = 1 << 20;

    /// <summary>The bits of a key that say which piece it is; the four above count an entry's ids.</summary>
    private const ulong KeyBits = ulong.MaxValue >> 4;

    private Entry* _sets = Allocate(MinBits);
    private int _bits = MinBits;
    private int _added;
    private readonly NativeList<int> _long = new();

    ~PieceCache() => NativeMemory.AlignedFree(_sets);

    /// <summary>The first entry of the set that a hash points to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entry* Set(uint hash) => _sets + (hash >> (32 - _bits)) * 2;

    /// <summary>The entry of a key, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Entry* Find(Entry* set, ulong low, ulong high)
    {
        if (set[0].Low == low && (set[0].High & KeyBits) == high)
            return set;
        return set[1].Low == low && (set[1].High & KeyBits) == high ? set + 1 : null;
    }

    /// <summary>The ids of an entry.</summary>
    public ReadOnlySpan<int> IdsOf(Entry* entry) => entry->Count <= MaxIds
        ? new ReadOnlySpan<int>(entry->Ids, entry->Count)
        : _long.Span.Slice(entry->Ids[0], entry->Count);

    /// <summary>Remembers a piece.</summary>
    public void Add(uint hash, ulong low, ulong high, ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty)
            return;
        if (++_added > 1 << _bits && _bits < MaxBits)
            Grow();
        if (_long.Count > MaxLongIds)
            Clear();
        var set = Set(hash);
        set[1] = set[0];
        set->Low = low;
        set->High = high | (ulong)ids.Length << 60;
        if (ids.Length <= MaxIds)
        {
            ids.CopyTo(new Span<int>(set->Ids, MaxIds));
        }
        else
        {
            set->Ids[0] = _long.Count;
            _long.Add(ids);
        }
    }

    private void Clear()
    {
        _long.Clear();
        NativeMemory.Clear(_sets, (nuint)(2 << _bits) * (nuint)sizeof(Entry));
    }

    private void Grow()
    {
        var old = _sets;
        var oldBits = _bits;
        _bits += 2;
        _sets = Allocate(_bits);
        for (var i = (2 << oldBits) - 1; i >= 0; i--)
        {
            if (old[i].High == 0)
                continue;
            var set = Set(Hashing.Words(old[i].Low, old[i].High & KeyBits));
            set[1] = set[0];
            set[0] = old[i];
        }
        NativeMemory.AlignedFree(old);
    }

    private static Entry* Allocate(int bits)
    {
        var bytes = (nuint)(2 << bits) * (nuint)sizeof(Entry);
        var sets = (Entry*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(sets, bytes);
        return sets;
    }

    /// <summary>A key, the piece's bytes with its length in bits 120–123, and its ids, their count in bits 124–127.</summary>
    internal struct Entry
    {
        public ulong Low;
        public ulong High;
        public fixed int Ids[MaxIds];

        public readonly int Count => (int)(High >> 60);
    }
}
