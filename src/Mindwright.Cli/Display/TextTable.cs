using Mindwright.Cli.Common;

namespace Mindwright.Cli.Display;

/// <summary>Rows of text in columns, plain: it reads the same on a terminal, in a pipe and in a mail.</summary>
internal static class TextTable
{
    /// <summary>Writes a head and rows of as many cells; nothing where there are no rows.</summary>
    public static void Write(Output output, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(head).ToList();
        if (all.Count == 1)
            return;
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        foreach (var row in all)
            output.Line(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
