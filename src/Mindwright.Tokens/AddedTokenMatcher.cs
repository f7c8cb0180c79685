using System.Buffers;
using System.Globalization;
using System.Text;
using Mindwright.Tokens.Normalization;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens;

/// <summary>Finds added tokens in text.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly (byte[] Bytes, AddedToken Token)[] _tokens;
    private readonly SearchValues<byte> _firstBytes;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens, Normalizer? normalizer)
    {
        _tokens = [.. tokens.Where(t => t.Content.Length > 0).Select(t => (Bytes(t), t)).OrderByDescending(t => t.Item1.Length)];
        _firstBytes = SearchValues.Create([.. _tokens.Select(t => t.Bytes[0]).Distinct()]);

        byte[] Bytes(AddedToken token)
        {
            var bytes = Encoding.UTF8.GetBytes(token.Content);
            return normalizer?.Apply(bytes, atStart: true) ?? bytes;
        }
    }

    /// <summary>The first match: what it takes of the text, and the token's id; -1 where there is none.</summary>
    /// <param name="text">Where the tokens are looked for.</param>
    /// <param name="around">The text as it is, of the same length: what stands around a token, white space or a word, is looked at there.</param>
    /// <param name="from">Where to begin; no white space before it is taken.</param>
    /// <param name="start">Where what the match takes begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="id">The token.</param>
    public bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> around, int from, out int start, out int end, out int id)
    {
        for (var at = from; text[at..].IndexOfAny(_firstBytes) is >= 0 and var skip; at++)
        {
            at += skip;
            if (Match(text[at..]) is not var (bytes, token))
                continue;
            (start, end, id) = (at, at + bytes.Length, token.Id);
            if (token.IsSingleWord && (EndsWithWord(around[..start]) || StartsWithWord(around[end..])))
            {
                // As in Hugging Face, the match is void, and nothing else is looked for in it.
                at = end - 1;
                continue;
            }
            while (token.StripsLeft && Rune.DecodeLastFromUtf8(around[from..start], out var before, out var length) == OperationStatus.Done && IsSpace(before))
                start -= length;
            while (token.StripsRight && Rune.DecodeFromUtf8(around[end..], out var after, out var length) == OperationStatus.Done && IsSpace(after))
                end += length;
            return true;
        }
        (start, end, id) = (text.Length, text.Length, -1);
        return false;
    }

    private (byte[] Bytes, AddedToken Token)? Match(ReadOnlySpan<byte> text)
    {
        foreach (var candidate in _tokens)
            if (text.StartsWith(candidate.Bytes))
                return candidate;
        return null;
    }

    private static bool EndsWithWord(ReadOnlySpan<byte> text) => Rune.DecodeLastFromUtf8(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<byte> text) => Rune.DecodeFromUtf8(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsSpace(Rune rune) => CharClasses.IsSpace(CharClasses.Of((uint)rune.Value));

    // \w as Unicode's report on regular expressions defines it.
    private static bool IsWord(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
        || CharClasses.Of((uint)rune.Value) is CharClass.Mark or CharClass.Upper or CharClass.Lower or CharClass.OtherLetter
        || rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
