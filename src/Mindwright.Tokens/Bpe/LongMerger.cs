namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Byte-pair encoding of long pieces: a linked list of tokens, and the positions of the pairs in a list for each rank. What a position costs does not
/// depend on the length of the piece. All of it lies outside the managed heap, and the thread's next piece uses it again.
/// </summary>
internal sealed unsafe class LongMerger
{
    private const int Gone = -1, NoNeighbor = -1;

    [ThreadStatic]
    private static LongMerger? t_instance;

    private readonly RankQueue _queue = new();
    private readonly NativeList<Links> _links = new();

    /// <summary>Merges tokens in place; returns how many are left.</summary>
    public static int Apply(Span<int> ids, MergeTable merges) => (t_instance ??= new()).Merge(ids, merges);

    private int Merge(Span<int> ids, MergeTable merges)
    {
        _queue.Prepare(merges.Ranks);
        _links.Reserve(ids.Length);
        for (var i = 0; i < ids.Length; i++)
            _links.Add(new Links { Previous = i - 1, Next = i + 1 < ids.Length ? i + 1 : NoNeighbor });
        for (var i = 0; i + 1 < ids.Length; i++)
            _queue.Add(merges.Rank(ids[i], ids[i + 1]), i);
        while (_queue.TryOpen(out var rank, out var positions))
            MergeAll(ids, merges, rank, positions);
        var count = 0;
        for (var i = 0; i != NoNeighbor; i = _links[i].Next)
            ids[count++] = ids[i];
        _links.Clear();
        _queue.Clear();
        return count;
    }

    private void MergeAll(Span<int> ids, MergeTable merges, int rank, ReadOnlySpan<int> positions)
    {
        var result = merges.Result(rank);
        for (var k = 0; k < positions.Length; k++)
        {
            var at = positions[k];
            ref var links = ref _links[at];
            var next = links.Next;
            // Stale where a merge has taken one of the two: then the pair has another rank, or none.
            if (ids[at] == Gone || next == NoNeighbor || merges.Rank(ids[at], ids[next]) != rank)
                continue;
            ids[at] = result;
            ids[next] = Gone;
            links.Next = _links[next].Next;
            if (links.Next != NoNeighbor)
            {
                _links[links.Next].Previous = at;
                _queue.Add(merges.Rank(result, ids[links.Next]), at);
            }
            if (links.Previous != NoNeighbor)
                _queue.Add(merges.Rank(ids[links.Previous], result), links.Previous);
            if (_queue.LowestRank < rank)
            {
                // A vocabulary that no trainer made can have a merge that comes before the one that made it possible.
                foreach (var later in positions[(k + 1)..])
                    _queue.Add(rank, later);
                return;
            }
        }
    }

    private struct Links
    {
        public int Previous;
        public int Next;
    }
}
