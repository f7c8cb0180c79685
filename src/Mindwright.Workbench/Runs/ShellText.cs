using System.Buffers;

namespace Mindwright.Workbench.Runs;

/// <summary>Text as an argument of a command that a person may copy.</summary>
internal static class ShellText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,\\");

    /// <summary>The text as it is where a shell takes it so, else in quotes; control characters are left out.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = string.Concat(text.Where(c => !char.IsControl(c)));
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        if (OperatingSystem.IsWindows())
            return $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return text.AsSpan().IndexOfAny("\"\\$`!") < 0 ? $"\"{text}\"" : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
