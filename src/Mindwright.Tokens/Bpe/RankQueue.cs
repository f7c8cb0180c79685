using System.Numerics;

namespace Mindwright.Tokens.Bpe;

/// <summary>Positions by rank; the lowest rank opens first, its positions in ascending order. Outside the managed heap.</summary>
internal sealed class RankQueue
{
    private const int None = -1;

    /// <summary>A list for each rank, linked through <see cref="_nodes"/>.</summary>
    private readonly NativeList<Chain> _chains = new();
    private readonly NativeList<Node> _nodes = new();
    private readonly NativeList<int> _open = new();
    private readonly RankSet _ranks = new();
    private int _free = None;

    public int LowestRank => _ranks.Lowest;

    /// <summary>Adds space for ranks up to a number.</summary>
    public void Prepare(int ranks)
    {
        if (_chains.Count < ranks)
            _chains.Fill(new Chain { First = None }, ranks - _chains.Count);
        _ranks.Prepare(ranks);
    }

    public void Add(int rank, int position)
    {
        if (rank == MergeTable.None)
            return;
        var added = _free;
        if (added == None)
        {
            added = _nodes.Count;
            _nodes.Add(default(Node));
        }
        else
        {
            _free = _nodes[added].Next;
        }
        _nodes[added] = new Node { Position = position, Next = None };
        ref var chain = ref _chains[rank];
        if (chain.First == None)
        {
            chain.First = added;
            _ranks.Add(rank);
        }
        else
        {
            _nodes[chain.Last].Next = added;
        }
        chain.Last = added;
    }

    /// <summary>Takes the lowest rank out. The positions are valid until the next call.</summary>
    public bool TryOpen(out int rank, out ReadOnlySpan<int> positions)
    {
        _open.Clear();
        positions = default;
        rank = _ranks.Lowest;
        if (rank == MergeTable.None)
            return false;
        _ranks.Remove(rank);
        ref var chain = ref _chains[rank];
        var isSorted = true;
        for (var (at, last) = (chain.First, None); at != None; at = _nodes[at].Next)
        {
            var position = _nodes[at].Position;
            isSorted &= position >= last;
            _open.Add(last = position);
        }
        _nodes[chain.Last].Next = _free;
        _free = chain.First;
        chain.First = None;
        if (!isSorted)
            _open.Span.Sort();
        positions = _open.Span;
        return true;
    }

    /// <summary>Frees, once it is empty, what an unusually long text needed.</summary>
    public void Clear()
    {
        _nodes.Clear();
        _free = None;
    }

    private struct Node
    {
        public int Position;
        public int Next;
    }

    private struct Chain
    {
        public int First;
        public int Last;
    }

    /// <summary>A set of ranks: a bit each, and above every 64 bits a bit that says whether one of them is set.</summary>
    private sealed class RankSet
    {
        private const int Levels = 4, WordBits = 6;
        private readonly NativeList<ulong>[] _levels = [new(), new(), new(), new()];

        /// <summary>The lowest rank, or <see cref="MergeTable.None"/> where there is none.</summary>
        public int Lowest
        {
            get
            {
                if (_levels[Levels - 1][0] == 0)
                    return MergeTable.None;
                var at = 0;
                for (var level = Levels - 1; level >= 0; level--)
                    at = at << WordBits | BitOperations.TrailingZeroCount(_levels[level][at]);
                return at;
            }
        }

        public void Prepare(int ranks)
        {
            foreach (var level in _levels)
            {
                ranks = (ranks >> WordBits) + 1;
                if (level.Count < ranks)
                    level.Fill(0, ranks - level.Count);
            }
        }

        public void Add(int rank)
        {
            foreach (var level in _levels)
            {
                level[rank >> WordBits] |= 1UL << rank;
                rank >>= WordBits;
            }
        }

        public void Remove(int rank)
        {
            foreach (var level in _levels)
            {
                if ((level[rank >> WordBits] &= ~(1UL << rank)) != 0)
                    return;
                rank >>= WordBits;
            }
        }
    }
}
