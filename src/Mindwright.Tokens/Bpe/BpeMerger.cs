namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Byte-pair encoding of one piece (Sennrich et al. 2016): the neighbors with the lowest rank merge, the leftmost first, until none can.
/// </summary>
internal static class BpeMerger
{
    /// <summary>Merges tokens in place.</summary>
    /// <param name="ids">The tokens; the result is at the front.</param>
    /// <param name="merges">The merges.</param>
    /// <returns>The number of tokens left.</returns>
    public static int Apply(Span<int> ids, MergeTable merges) =>
        ids.Length <= 1 ? ids.Length : ids.Length <= ShortMerger.MaxLength ? ShortMerger.Apply(ids, merges) : LongMerger.Apply(ids, merges);
}
