using System.Buffers;
using System.Text;

namespace Mindwright.Data;

/// <summary>Repairs a text whose encoding was read wrongly.</summary>
internal static class TextRepair
{
    // What Windows-1252 shows for the bytes 0x80 … 0x9F; the five unused ones stand for themselves.
    private const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
        "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private const char FirstLead = '\u00C2', LastLead = '\u00F4';

    private static readonly SearchValues<char> s_unwanted = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(c => (char)c).Where(c => c is not ('\t' or '\n')), '\u007F', '\uFEFF', '\u2028', '\u2029', '\u0085']);

    /// <summary>
    /// Undoes UTF-8 that was read as Windows-1252 ("donâ€™t"), makes every line end <c>\n</c> and removes control characters
    /// and byte order marks.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The repaired text; the same object where nothing was wrong.</returns>
    public static string Repair(string text) => RepairMojibake(Clean(text));

    private static string Clean(string text)
    {
        var rest = text.AsSpan();
        var at = rest.IndexOfAny(s_unwanted);
        if (at < 0)
            return text;
        var clean = ArrayPool<char>.Shared.Rent(text.Length);
        var length = 0;
        for (; at >= 0; at = rest.IndexOfAny(s_unwanted))
        {
            rest[..at].CopyTo(clean.AsSpan(length));
            length += at;
            var isLineEnd = rest[at] is '\r' or '\u2028' or '\u2029' or '\u0085' && !rest[at..].StartsWith("\r\n");
            if (isLineEnd)
                clean[length++] = '\n';
            rest = rest[(at + 1)..];
        }
        rest.CopyTo(clean.AsSpan(length));
        var cleaned = new string(clean, 0, length + rest.Length);
        ArrayPool<char>.Shared.Return(clean);
        return cleaned;
    }

    /// <remarks>
    /// Three or four characters that make one UTF-8 sequence hardly occur otherwise, and are always undone. Pairs may be
    /// correct text (a capital Ã before a closing guillemet), so a pair is undone only where it starts with Â or Ã and, unless the
    /// text has shown longer sequences, does not end in a quotation mark.
    /// </remarks>
    private static string RepairMojibake(string text)
    {
        var sure = false;
        for (var i = NextLead(text, 0); i >= 0 && !sure; i = NextLead(text, i + 1))
            sure = Sequence(text, i, out _) > 2;
        StringBuilder? repaired = null;
        var copied = 0;
        for (var i = NextLead(text, 0); i >= 0; i = NextLead(text, Math.Max(copied, i + 1)))
        {
            var length = Sequence(text, i, out var rune);
            if (length == 0 || (length == 2 && !IsCertainPair(text[i], text[i + 1], sure)))
                continue;
            repaired ??= new StringBuilder(text.Length);
            repaired.Append(text, copied, i - copied).Append(rune);
            copied = i + length;
        }
        return repaired is null ? text : repaired.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The next character that may be the first byte of a sequence; −1 for none.</summary>
    private static int NextLead(string text, int from)
    {
        var at = text.AsSpan(from).IndexOfAnyInRange(FirstLead, LastLead);
        return at < 0 ? -1 : from + at;
    }

    private static bool IsCertainPair(char lead, char trail, bool sure) =>
        lead is 'Â' or 'Ã' && (sure || trail is not ('«' or '»' or '‘' or '’' or '“' or '”' or '‚' or '„' or '‹' or '›'));

    /// <summary>The number of characters from <paramref name="at"/> that are the bytes of one UTF-8 sequence; 0 for none.</summary>
    private static int Sequence(string text, int at, out Rune rune)
    {
        rune = default;
        var lead = text[at];
        var length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at + length > text.Length)
            return 0;
        Span<byte> bytes = stackalloc byte[length];
        bytes[0] = (byte)lead;
        for (var i = 1; i < length; i++)
        {
            var value = ToByte(text[at + i]);
            if (value is < 0x80 or > 0xBF)
                return 0;
            bytes[i] = (byte)value;
        }
        return Rune.DecodeFromUtf8(bytes, out rune, out _) == OperationStatus.Done ? length : 0;
    }

    private static int ToByte(char c)
    {
        if (c < 0x100)
            return c;
        var index = Windows1252.IndexOf(c, StringComparison.Ordinal);
        return index < 0 ? -1 : 0x80 + index;
    }
}
