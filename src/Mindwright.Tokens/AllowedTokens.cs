using Mindwright.Tokens.Normalization;

namespace Mindwright.Tokens;

/// <summary>The added tokens that one call may recognize in its text: the leftmost match, and of those the longest.</summary>
public sealed class AllowedTokens
{
    internal AllowedTokens(IReadOnlyList<AddedToken> tokens, Normalizer? normalizer)
    {
        All = new AddedTokenMatcher(tokens, null);
        Raw = new AddedTokenMatcher(tokens.Where(t => !t.IsNormalized), null);
        var normalized = tokens.Where(t => t.IsNormalized).ToArray();
        Normalized = normalized.Length == 0 ? null : new AddedTokenMatcher(normalized, normalizer);
    }

    /// <summary>Those that are looked for in the text as it is.</summary>
    internal AddedTokenMatcher Raw { get; }

    /// <summary>Those that are looked for, normalized like the text, in the normalized text.</summary>
    internal AddedTokenMatcher? Normalized { get; }

    /// <summary>All of them, for a text that is not normalized before they are looked for.</summary>
    internal AddedTokenMatcher All { get; }
}
