using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// What one thread has merged, for the others: a thread whose own cache does not know a piece looks here before it merges it anew. Without it
/// each thread learns the same words, and two are far from twice as fast on texts of some megabytes.
/// </summary>
/// <remarks>
/// No lock: an entry is claimed, written, published, and never changed again; a table that is full stays as it is. A tokenizer that
/// one thread uses has no table.
/// </remarks>
internal sealed unsafe class SharedPieces
{
    private const int Bits = 17, Probes = 4;

    // No piece is empty, so no key has length 0 with a count of ids.
    private const ulong Claimed = 1UL << 60;

    private nint _entries; // PieceCache.Entry*
    private int _users;

    ~SharedPieces() => NativeMemory.AlignedFree((void*)_entries);

    /// <summary>Counts one more thread; the second one makes the table.</summary>
    public void Join()
    {
        if (Interlocked.Increment(ref _users) != 2)
            return;
        var bytes = (nuint)(1 << Bits) * (nuint)sizeof(PieceCache.Entry);
        var entries = (PieceCache.Entry*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(entries, bytes);
        Volatile.Write(ref _entries, (nint)entries);
    }

    /// <summary>The entry of a key, or null.</summary>
    public PieceCache.Entry* Find(uint hash, ulong low, ulong high)
    {
        var entries = (PieceCache.Entry*)_entries;
        if (entries == null)
            return null;
        var group = Group(entries, hash);
        for (var i = 0; i < Probes; i++)
        {
            var found = Volatile.Read(ref group[i].High);
            if (found == 0)
                return null;
            if ((found & PieceCache.KeyBits) == high && group[i].Low == low)
                return group + i;
        }
        return null;
    }

    /// <summary>Tells the others of a piece, if it has few ids and there is room.</summary>
    public void Add(uint hash, ulong low, ulong high, ReadOnlySpan<int> ids)
    {
        var entries = (PieceCache.Entry*)_entries;
        if (entries == null || ids.IsEmpty || ids.Length > PieceCache.MaxIds)
            return;
        var group = Group(entries, hash);
        for (var i = 0; i < Probes; i++)
        {
            if (Interlocked.CompareExchange(ref group[i].High, Claimed, 0) != 0)
                continue;
            group[i].Low = low;
            ids.CopyTo(new Span<int>(group[i].Ids, PieceCache.MaxIds));
            Volatile.Write(ref group[i].High, high | (ulong)ids.Length << 60);
            return;
        }
    }

    // The upper bits choose the set in a thread's own cache; here the lower ones do.
    private static PieceCache.Entry* Group(PieceCache.Entry* entries, uint hash) => entries + (hash & ((1 << Bits) / Probes - 1)) * Probes;
}
