using System.Globalization;

namespace Mindwright.Jinja;

/// <summary>Classes of characters as Python has them.</summary>
internal static class Characters
{
    /// <summary>What <c>str.strip()</c> strips: .NET's white space and the four separators of ASCII.</summary>
    public static readonly char[] Spaces =
        [.. Enumerable.Range(0, char.MaxValue).Select(i => (char)i).Where(c => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f')];

    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>Where <c>str.splitlines()</c> breaks.</summary>
    public static bool IsLineBreak(char c) =>
        c is '\n' or '\r' or '\v' or '\f' or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029';

    /// <summary>What <c>repr</c> shows as it is.</summary>
    public static bool IsPrintable(char c) => c == ' ' || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
