using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Byte-pair encoding of one piece (Sennrich et al. 2016): the neighbours with the lowest rank merge, the leftmost first, until none can.
/// </summary>
internal static unsafe class BpeMerger
{
    /// <summary>Merges tokens in place.</summary>
    /// <param name="ids">The tokens; the result is at the front.</param>
    /// <param name="merges">The merges.</param>
    /// <returns>The number of tokens left.</returns>
    public static int Apply(Span<int> ids, MergeTable merges) =>
        ids.Length <= 1 ? ids.Length : ids.Length <= ShortMerger.MaxLength ? ShortMerger.Apply(ids, merges) : ApplyLong(ids, merges);

    /// <summary>
    /// Long pieces: a linked list of tokens, and the pairs in a heap of ranks with a list of positions each, so that a
    /// run of one letter costs a constant a position and any other text a logarithm of the number of distinct ranks.
    /// </summary>
    private static int ApplyLong(Span<int> ids, MergeTable merges)
    {
        var links = (Node*)NativeMemory.Alloc((nuint)ids.Length, (nuint)sizeof(Node));
        try
        {
            var queue = new RankQueue();
            for (var i = 0; i < ids.Length; i++)
                links[i] = new Node { Token = ids[i], Previous = i - 1, Next = i + 1 < ids.Length ? i + 1 : -1 };
            for (var i = 0; i + 1 < ids.Length; i++)
                queue.Add(merges.Rank(ids[i], ids[i + 1]), i);
            while (queue.TryOpen(out var rank, out var positions))
            {
                var result = merges.Result(rank);
                for (var k = 0; k < positions.Length; k++)
                {
                    var at = positions[k];
                    var next = links[at].Next;
                    // Stale where a merge has taken one of the two: then the pair has another rank, or none.
                    if (links[at].Token < 0 || next < 0 || merges.Rank(links[at].Token, links[next].Token) != rank)
                        continue;
                    links[at].Token = result;
                    links[next].Token = -1;
                    links[at].Next = links[next].Next;
                    if (links[at].Next >= 0)
                    {
                        links[links[at].Next].Previous = at;
                        queue.Add(merges.Rank(result, links[links[at].Next].Token), at);
                    }
                    if (links[at].Previous is >= 0 and var previous)
                        queue.Add(merges.Rank(links[previous].Token, result), previous);
                    if (queue.LowestRank < rank)
                    {
                        // A vocabulary that no trainer made can have a merge that comes before the one that made it possible.
                        foreach (var later in positions[(k + 1)..])
                            queue.Add(rank, later);
                        break;
                    }
                }
            }
            var count = 0;
            for (var i = 0; i >= 0; i = links[i].Next)
                ids[count++] = links[i].Token;
            return count;
        }
        finally
        {
            NativeMemory.Free(links);
        }
    }

    private struct Node
    {
        public int Token;
        public int Previous;
        public int Next;
    }

    /// <summary>Positions by rank; the lowest rank opens first, its positions in ascending order.</summary>
    private sealed class RankQueue
    {
        private readonly PriorityQueue<int, int> _ranks = new();
        private readonly Dictionary<int, List<int>> _positions = [];
        private readonly Stack<List<int>> _spare = [];
        private List<int>? _open;

        public int LowestRank => _ranks.TryPeek(out _, out var rank) ? rank : MergeTable.None;

        public void Add(int rank, int position)
        {
            if (rank == MergeTable.None)
                return;
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_positions, rank, out var exists);
            if (!exists)
            {
                list = _spare.TryPop(out var spare) ? spare : [];
                _ranks.Enqueue(rank, rank);
            }
            list!.Add(position);
        }

        /// <summary>Takes the lowest rank out. The positions are valid until the next call.</summary>
        public bool TryOpen(out int rank, out ReadOnlySpan<int> positions)
        {
            if (_open is not null)
            {
                _open.Clear();
                _spare.Push(_open);
                _open = null;
            }
            if (!_ranks.TryDequeue(out rank, out _))
            {
                positions = default;
                return false;
            }
            _positions.Remove(rank, out _open);
            var span = CollectionsMarshal.AsSpan(_open);
            for (var i = 1; i < span.Length; i++)
            {
                if (span[i] < span[i - 1])
                {
                    span.Sort();
                    break;
                }
            }
            positions = span;
            return true;
        }
    }
}
