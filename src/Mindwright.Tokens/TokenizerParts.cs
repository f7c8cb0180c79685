using System.Text;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.Normalization;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens;

/// <summary>What a tokenizer is made of.</summary>
internal sealed record TokenizerParts
{
    /// <summary>The bytes that each id decodes to.</summary>
    public required Vocabulary Output { get; init; }

    public required PieceModel Model { get; init; }

    public required PreTokenizer PreTokenizer { get; init; }

    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    public Normalizer? Normalizer { get; init; }

    public IdTemplate Template { get; init; } = IdTemplate.Empty;

    /// <summary>Whether a leading space after decoding was added by the normalizer.</summary>
    public bool StripsLeadingSpace { get; init; }

    /// <summary>The parts of a byte-level BPE tokenizer.</summary>
    public static TokenizerParts ByteLevel(
        IReadOnlyList<byte[]?> tokens, MergeTable merges, bool ignoreMerges, IReadOnlyList<AddedToken> added, PreTokenizer preTokenizer) => new()
        {
            Output = WithAdded(tokens, added),
            Model = new BpeModel(Ordinary(tokens, added), merges, ignoreMerges),
            PreTokenizer = preTokenizer,
            Added = added,
        };

    /// <summary>All tokens, the added ones as their text.</summary>
    public static Vocabulary WithAdded(IReadOnlyList<byte[]?> tokens, IReadOnlyList<AddedToken> added)
    {
        var all = Copy(tokens, added);
        foreach (var token in added)
            all[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        return new Vocabulary(all);
    }

    /// <summary>The tokens without the added ones: ordinary text must not find those, so the model doesn't know them.</summary>
    public static Vocabulary Ordinary(IReadOnlyList<byte[]?> tokens, IReadOnlyList<AddedToken> added)
    {
        var ordinary = Copy(tokens, added);
        foreach (var token in added)
            ordinary[token.Id] = null;
        return new Vocabulary(ordinary);
    }

    private static byte[]?[] Copy(IReadOnlyList<byte[]?> tokens, IReadOnlyList<AddedToken> added)
    {
        var copy = new byte[]?[Math.Max(tokens.Count, added.Count == 0 ? 0 : added.Max(t => t.Id) + 1)];
        for (var id = 0; id < tokens.Count; id++)
            copy[id] = tokens[id];
        return copy;
    }
}
