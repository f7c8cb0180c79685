using System.Text;

namespace Mindwright.Data;

/// <summary>Removes navigation, notices and other lines of a web page outside its text (the line rules of C4).</summary>
internal static class BoilerplateLines
{
    private const int MinWords = 3;

    private static readonly string[] s_marks =
        ["javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

    /// <summary>The text without such lines, and how many there were.</summary>
    public static (string Text, int Removed) Remove(string text)
    {
        var removed = 0;
        var kept = new StringBuilder(text.Length);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            if (line.IsWhiteSpace() || !IsBoilerplate(line))
                kept.Append(line).Append('\n');
            else
                removed++;
        }
        return removed == 0 ? (text, 0) : (kept.ToString().Trim('\n'), removed);
    }

    private static bool IsBoilerplate(ReadOnlySpan<char> line)
    {
        foreach (var mark in s_marks)
            if (line.Contains(mark, StringComparison.OrdinalIgnoreCase))
                return true;
        var words = 0;
        var inWord = false;
        foreach (var c in line)
        {
            if (WordHashes.IsUnspaced(c))
                return false;
            var starts = !char.IsWhiteSpace(c) && !inWord;
            inWord = !char.IsWhiteSpace(c);
            if (starts && ++words == MinWords)
                return false;
        }
        return true;
    }
}
