using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Byte-pair encoding of short pieces, which are almost all: every pair is looked at for each merge. A pair is one number, its rank above its
/// position, so that the least number is the leftmost pair of the lowest rank, and is found by comparing vectors. What a merge takes
/// away leaves a gap, which a bit mask steps over.
/// </summary>
internal static unsafe class ShortMerger
{
    /// <summary>The most symbols of a short piece: as many as a mask has bits.</summary>
    public const int MaxLength = 1 << PositionBits;

    private const int PositionBits = 6;
    private const int NoMerge = MergeTable.None << PositionBits;

    /// <summary>Merges tokens in place; returns how many are left.</summary>
    public static int Apply(Span<int> ids, MergeTable merges) =>
        ids.Length <= RegisterPairs.Capacity ? Apply<RegisterPairs>(ids, merges) : Apply<MemoryPairs>(ids, merges);

    private static int Apply<TPairs>(Span<int> ids, MergeTable merges)
        where TPairs : struct, IPairs
    {
        var memory = stackalloc int[TPairs.Capacity];
        new Span<int>(memory, TPairs.Capacity).Fill(NoMerge);
        for (var i = 0; i + 1 < ids.Length; i++)
            memory[i] = Pair(i, merges.FirstRank(ids[i], ids[i + 1]));
        var pairs = default(TPairs);
        pairs.Load(memory, ids.Length);
        var alive = ulong.MaxValue >> (MaxLength - ids.Length);
        while (pairs.Lowest() is < NoMerge and var lowest)
        {
            var at = lowest & (MaxLength - 1);
            var token = merges.Result(lowest >> PositionBits);
            ids[at] = token;
            var after = alive & (ulong.MaxValue - 1 << at);
            var taken = BitOperations.TrailingZeroCount(after);
            alive ^= 1UL << taken;
            after &= after - 1;
            pairs.Set(taken, NoMerge);
            pairs.Set(at, after == 0 ? NoMerge : Pair(at, merges.Rank(token, ids[BitOperations.TrailingZeroCount(after)])));
            var before = alive & ~(ulong.MaxValue << at);
            if (before != 0)
            {
                var previous = BitOperations.Log2(before);
                pairs.Set(previous, Pair(previous, merges.Rank(ids[previous], token)));
            }
        }
        var count = 0;
        for (; alive != 0; alive &= alive - 1)
            ids[count++] = ids[BitOperations.TrailingZeroCount(alive)];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(int position, int rank) => rank << PositionBits | position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Lowest(Vector256<int> pairs)
    {
        var half = Vector128.Min(pairs.GetLower(), pairs.GetUpper());
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2)));
        return half.ToScalar();
    }

    /// <summary>Where the pairs are kept.</summary>
    private interface IPairs
    {
        static abstract int Capacity { get; }

        void Load(int* memory, int count);

        int Lowest();

        void Set(int position, int pair);
    }

    /// <summary>Two vectors: nothing waits for a store before it can be compared.</summary>
    private struct RegisterPairs : IPairs
    {
        private Vector256<int> _low;
        private Vector256<int> _high;

        public static int Capacity => 16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(int* memory, int count)
        {
            _low = Vector256.Load(memory);
            _high = Vector256.Load(memory + Vector256<int>.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Lowest() => ShortMerger.Lowest(Vector256.Min(_low, _high));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Set(int position, int pair)
        {
            var lane = Vector256<int>.Indices - Vector256.Create(position);
            var value = Vector256.Create(pair);
            _low = Vector256.ConditionalSelect(Vector256.Equals(lane, Vector256<int>.Zero), value, _low);
            _high = Vector256.ConditionalSelect(Vector256.Equals(lane, Vector256.Create(-Vector256<int>.Count)), value, _high);
        }
    }

    private struct MemoryPairs : IPairs
    {
        private int* _pairs;
        private int _count;

        public static int Capacity => MaxLength;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(int* memory, int count)
        {
            _pairs = memory;
            _count = count;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Lowest()
        {
            var lowest = Vector256.Load(_pairs);
            for (var i = Vector256<int>.Count; i < _count; i += Vector256<int>.Count)
                lowest = Vector256.Min(lowest, Vector256.Load(_pairs + i));
            return ShortMerger.Lowest(lowest);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Set(int position, int pair) => _pairs[position] = pair;
    }
}
