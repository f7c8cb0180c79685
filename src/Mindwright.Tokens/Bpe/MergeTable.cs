using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>One merge: two neighboring tokens become one.</summary>
internal readonly record struct Merge(int Left, int Right, int Rank, int Result);

/// <summary>
/// Which pairs of tokens merge, in what order, into what. Open addressing, 8 bytes an entry (two ids and a rank); a filter of a few bits
/// a merge answers for most of the pairs that don't, and stays in the processor's cache.
/// </summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that does not merge, higher than all others.</summary>
    public const int None = (1 << RankBits) - 1;

    private const int RankBits = 64 - 2 * Vocabulary.IdBits;
    private const ulong Empty = ulong.MaxValue; // Its rank is None.
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ulong[] _slots;
    private readonly int _shift;
    private readonly ulong[] _filter;
    private readonly int _filterShift;
    private readonly int[] _results;

    // The ranks of pairs of the first 256 ids, which nearly always are the bytes: where a piece begins, most pairs are such.
    private readonly int[] _first = new int[1 << 16];

    // Most vocabularies number their tokens in the order of the merges; then a sum spares a look into memory.
    private int _offset;
    private bool _isInOrder = true;
    private int _count;

    /// <param name="ranks">The highest rank that will be added, + 1; at least the number of merges.</param>
    public MergeTable(int ranks)
    {
        if (ranks >= None)
            throw new NotSupportedException($"{ranks} merges are more than a vocabulary may have here ({None - 1})");
        var size = BitOperations.RoundUpToPowerOf2((ulong)Math.Max(16, ranks * 3L / 2));
        _slots = new ulong[size];
        _shift = 64 - BitOperations.Log2(size);
        _slots.AsSpan().Fill(Empty);
        _filter = new ulong[Math.Max(1, size * 8 / 64)];
        _filterShift = 64 - BitOperations.Log2((ulong)_filter.Length * 64);
        _results = new int[ranks];
        _first.AsSpan().Fill(None);
    }

    public MergeTable(IReadOnlyCollection<Merge> merges)
        : this(merges.Count)
    {
        foreach (var merge in merges)
            Add(merge);
    }

    /// <summary>The highest rank that a merge can have here, + 1.</summary>
    public int Ranks => _results.Length;

    /// <summary>The merges in the order of their ranks.</summary>
    public IEnumerable<Merge> InOrder() => All().OrderBy(m => m.Rank).ThenBy(m => m.Left).ThenBy(m => m.Right);

    /// <summary>The merges in no order.</summary>
    public IEnumerable<Merge> All()
    {
        foreach (var slot in _slots)
        {
            if (slot == Empty)
                continue;
            var (pair, rank) = (slot >> RankBits, (int)slot & None);
            yield return new Merge((int)(pair >> Vocabulary.IdBits), (int)pair & Vocabulary.MaxSize, rank, Result(rank));
        }
    }

    /// <summary>Adds a merge; of two of the same pair, the one with the lower rank stays.</summary>
    public void Add(Merge merge)
    {
        var key = Key(merge.Left, merge.Right);
        var hash = key * Multiplier;
        _filter[hash >> _filterShift >> 6] |= 1UL << (int)(hash >> _filterShift);
        _results[merge.Rank] = merge.Result;
        if (_count++ == 0)
            _offset = merge.Result - merge.Rank;
        _isInOrder &= merge.Result - merge.Rank == _offset;
        ref var slot = ref Slot(hash, key);
        if (merge.Rank < ((int)slot & None))
            slot = key << RankBits | (uint)merge.Rank;
        if ((uint)(merge.Left | merge.Right) < 256)
            _first[merge.Left << 8 | merge.Right] = Rank(merge.Left, merge.Right);
    }

    /// <summary>The rank of a pair, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(int left, int right)
    {
        var key = Key(left, right);
        var hash = key * Multiplier;
        var bit = hash >> _filterShift;
        return (Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_filter), (nint)(bit >> 6)) >> (int)bit & 1) == 0
            ? None
            : (int)Slot(hash, key) & None;
    }

    /// <summary>The same as <see cref="Rank"/>, quicker for two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstRank(int left, int right) => (uint)(left | right) < 256
        ? Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_first), left << 8 | right)
        : Rank(left, right);

    /// <summary>The token that the merge of a rank makes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Result(int rank) => _isInOrder ? rank + _offset : _results[rank];

    private static ulong Key(int left, int right) => (ulong)(uint)left << Vocabulary.IdBits | (uint)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong Slot(ulong hash, ulong key)
    {
        var at = (nint)(hash >> _shift);
        while (true)
        {
            ref var slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);
            if (slot >> RankBits == key || slot == Empty)
                return ref slot;
            at = (at + 1) & (_slots.Length - 1);
        }
    }
}
