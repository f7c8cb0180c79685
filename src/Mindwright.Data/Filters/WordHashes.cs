namespace Mindwright.Data;

/// <summary>
/// A text as the hashes of its words: runs of letters and digits in lower case. A letter of a script that doesn't separate
/// words is a word of its own. Near duplicates, overlap with evaluations, tags and the classifier all look at these.
/// </summary>
internal static class WordHashes
{
    private static readonly char[] s_folds = [.. Enumerable.Range(0, 1 << 16).Select(c => Fold((char)c))];

    [ThreadStatic]
    private static ulong[]? t_hashes;

    /// <summary>The hashes; the span is valid until the next call on this thread.</summary>
    public static ReadOnlySpan<ulong> Of(ReadOnlySpan<char> text)
    {
        var hashes = t_hashes ??= new ulong[1 << 12];
        var folds = s_folds.AsSpan(0, 1 << 16);
        var count = 0;
        for (var i = 0; i < text.Length;)
        {
            var c = folds[text[i]];
            if (c == 0)
            {
                i++;
                continue;
            }
            // FNV-1a over UTF-16 units, then mixed.
            var hash = (0xCBF29CE484222325 ^ c) * 0x100000001B3;
            i++;
            if (!IsUnspaced(c))
                for (; i < text.Length && (c = folds[text[i]]) != 0 && !IsUnspaced(c); i++)
                    hash = (hash ^ c) * 0x100000001B3;
            if (count == hashes.Length)
                Array.Resize(ref hashes, count * 2);
            hashes[count++] = Permutation.Mix(hash);
        }
        t_hashes = hashes;
        return hashes.AsSpan(0, count);
    }

    /// <summary>The hash of a sequence of words; it depends on their order.</summary>
    public static ulong Combine(ReadOnlySpan<ulong> words)
    {
        ulong hash = 0;
        foreach (var word in words)
            hash = (hash * 0x9E3779B97F4A7C15) + word;
        return Permutation.Mix(hash);
    }

    /// <summary>Scripts written without spaces between words: Thai to Myanmar, Khmer, Tibetan, kana and Han.</summary>
    public static bool IsUnspaced(char c) =>
        c >= '\u0E00' && c is (>= '\u0E00' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3040' and <= '\u30FF')
            or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');

    /// <summary>The lower case of a letter or digit, 0 for anything else. Parts of astral characters count as letters.</summary>
    private static char Fold(char c)
    {
        if (c < 128)
            return char.IsAsciiLetterOrDigit(c) ? (char)(c | 0x20) : '\0';
        return char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c)
            : char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark ? c : '\0';
    }
}
