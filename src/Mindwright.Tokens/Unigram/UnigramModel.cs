using Mindwright.Tokens.Bpe;

namespace Mindwright.Tokens.Unigram;

/// <summary>
/// The most probable way to cut a text into tokens (Kudo 2018, "Subword Regularization"), by Viterbi's algorithm in the
/// order and precision of SentencePiece, so that near ties fall the same way.
/// </summary>
internal sealed class UnigramModel : PieceModel
{
    private const float UnknownPenalty = 10;

    [ThreadStatic]
    private static NativeList<Step>? t_steps;

    private readonly float[] _scores;
    private readonly int[]? _byteIds;
    private readonly int _unknown;
    private readonly float _unknownScore;
    private readonly TokenTrie _trie;

    /// <param name="vocabulary">The tokens that ordinary text may become.</param>
    /// <param name="scores">Log-probability by id.</param>
    /// <param name="byteIds">The ids of the 256 byte tokens, or null where there are none.</param>
    /// <param name="unknown">The id of the unknown token.</param>
    public UnigramModel(Vocabulary vocabulary, float[] scores, int[]? byteIds, int unknown)
        : base(vocabulary)
    {
        _scores = scores;
        _byteIds = byteIds;
        _unknown = unknown;
        _trie = new TokenTrie(vocabulary);
        var lowest = float.MaxValue;
        for (var id = 0; id < vocabulary.Size; id++)
            if (!vocabulary[id].IsEmpty)
                lowest = Math.Min(lowest, scores[id]);
        _unknownScore = lowest - UnknownPenalty;
    }

    public override TokenBoundaries? Boundaries => null;

    public override int Encode(ReadOnlySpan<byte> piece, Span<int> ids)
    {
        var steps = t_steps ??= new();
        steps.Fill(new Step(0, -1, -1), piece.Length + 1);
        var best = steps.Span;
        for (var start = 0; start < piece.Length;)
        {
            System.Text.Rune.DecodeFromUtf8(piece[start..], out _, out var length);
            var hasSingle = false;
            var node = TokenTrie.Root;
            for (var end = start; end < piece.Length && _trie.TryNext(ref node, piece[end]);)
            {
                end++;
                if (_trie.TokenAt(node) is not (>= 0 and var id))
                    continue;
                Offer(ref best[end], (double)best[start].Score + _scores[id], start, id);
                hasSingle |= end - start == length;
            }
            if (!hasSingle)
                Offer(ref best[start + length], best[start].Score + _unknownScore, start, _unknown);
            start += length;
        }
        var count = ReadBack(piece, best, ids);
        steps.Clear();
        return count;

        // SentencePiece adds in double precision, compares that with the best so far, and keeps it in single.
        static void Offer(ref Step step, double score, int start, int id)
        {
            if (step.Start < 0 || score > step.Score)
                step = new Step((float)score, start, id);
        }
    }

    private int ReadBack(ReadOnlySpan<byte> piece, ReadOnlySpan<Step> best, Span<int> ids)
    {
        var count = 0;
        for (var end = piece.Length; end > 0; end = best[end].Start)
        {
            var id = best[end].Id;
            if (id != _unknown)
                ids[count++] = id;
            else if (_byteIds is not null)
                for (var i = end - 1; i >= best[end].Start; i--)
                    ids[count++] = _byteIds[piece[i]];
            else if (count == 0 || ids[count - 1] != _unknown)
                ids[count++] = id; // Neighboring unknown characters are one unknown token.
        }
        ids[..count].Reverse();
        return count;
    }

    private readonly record struct Step(float Score, int Start, int Id);
}

/// <summary>The tokens of a vocabulary as a tree of bytes, its edges in one hash table.</summary>
internal sealed class TokenTrie
{
    public const int Root = 0;

    private readonly Dictionary<int, int> _edges = [];
    private readonly List<int> _tokens = [-1];

    public TokenTrie(Vocabulary vocabulary)
    {
        for (var id = 0; id < vocabulary.Size; id++)
        {
            if (vocabulary[id].IsEmpty)
                continue;
            var node = Root;
            foreach (var b in vocabulary[id])
            {
                if (!_edges.TryGetValue(node << 8 | b, out var next))
                {
                    _edges.Add(node << 8 | b, next = _tokens.Count);
                    _tokens.Add(-1);
                }
                node = next;
            }
            _tokens[node] = id;
        }
    }

    /// <summary>The token that ends at a node, or -1.</summary>
    public int TokenAt(int node) => _tokens[node];

    /// <summary>Follows an edge.</summary>
    public bool TryNext(ref int node, byte b) => _edges.TryGetValue(node << 8 | b, out node);
}
