
namespace Mindwright.Tokens.Bpe;

/// <summary>
/// BPE-dropout (Provilkov et al. 2020): at every step each possible merge is left out with some probability, and the best
/// of those that remain is done, until none remains. So a model sees words cut in several ways.
/// </summary>
internal static class BpeDropout
{
    // The cost of a piece grows with the square of its length; longer ones are cut, which is one way more to cut them.
    private const int MaxPiece = 256;

    public static int Apply(Span<int> ids, MergeTable merges, double dropout, Random random)
    {
        var count = 0;
        for (var start = 0; start < ids.Length; start += MaxPiece)
        {
            var part = ids[start..Math.Min(ids.Length, start + MaxPiece)];
            var kept = ApplyPart(part, merges, dropout, random);
            part[..kept].CopyTo(ids[count..]);
            count += kept;
        }
        return count;
    }

    private static int ApplyPart(Span<int> ids, MergeTable merges, double dropout, Random random)
    {
        var count = ids.Length;
        while (true)
        {
            var (best, at) = (MergeTable.None, -1);
            for (var i = 0; i + 1 < count; i++)
            {
                var rank = merges.Rank(ids[i], ids[i + 1]);
                if (rank < best && random.NextDouble() >= dropout)
                    (best, at) = (rank, i);
            }
            if (at < 0)
                return count;
            ids[at] = merges.Result(best);
            ids[(at + 2)..count].CopyTo(ids[(at + 1)..]);
            count--;
        }
    }
}
