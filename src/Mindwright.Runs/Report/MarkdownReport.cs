using System.Text;
using System.Text.RegularExpressions;

namespace Mindwright.Runs.Report;

/// <summary>Renders a report as Markdown: curves become tables of a few points, bars become tables with intervals.</summary>
public static partial class MarkdownReport
{
    private const int PointsOfACurve = 6;

    /// <summary>The text, with <c>\n</c> line ends.</summary>
    public static string Render(RunReport report)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Escape(report.Title)).Append("\n\n").Append(Escape(report.Summary)).Append('\n');
        foreach (var section in report.Sections)
        {
            text.Append("\n## ").Append(Escape(section.Title)).Append('\n');
            foreach (var block in section.Blocks)
                text.Append('\n').Append(Render(block)).Append('\n');
        }
        return text.ToString();
    }

    private static string Render(ReportBlock block) => block switch
    {
        Paragraph paragraph => Escape(paragraph.Text),
        Commands commands => string.Join('\n', commands.Lines.Select(line => "    " + OneLine(line))),
        KeyFigures figures => string.Join('\n', figures.Figures.Select(figure =>
            $"- {Escape(figure.Label)}: **{Escape(figure.Value)}**{(figure.Note is null ? "" : $" ({Escape(figure.Note)})")}")),
        Table table => Render(table.Caption, table.Columns, table.Rows),
        LineChart chart => Render(chart),
        BarChart chart => Render(chart),
        Samples samples => $"**{Escape(samples.Title)}**\n\n" + string.Join("\n\n", samples.Groups.Select(group =>
            $"{Quote(group.Prompt)}\n\n" + string.Join('\n', group.Texts.Select(text => $"- {Escape(text.Label)}: {Escape(text.Text)}")))),
        _ => throw new NotSupportedException($"{block.GetType().Name} is not a block that Markdown can show."),
    };

    private static string Render(LineChart chart)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var series in chart.Series)
            rows.Add([series.Name, .. Points(series)]);
        foreach (var baseline in chart.Baselines ?? [])
            rows.Add([baseline.Name, Figure.Significant(baseline.Value, 4), .. Enumerable.Repeat("", PointsOfACurve - 1)]);
        return Render(
            $"{chart.Title}: {chart.Y.Label} @ {chart.X.Label}", ["", "first", .. Enumerable.Repeat("", PointsOfACurve - 2), "last"], rows)
            + Note(chart.Note);
    }

    /// <summary>A few points from the first to the last, so many cells for every series.</summary>
    private static IEnumerable<string> Points(Series series)
    {
        var last = series.X.Count - 1;
        for (var cell = 0; cell < PointsOfACurve; cell++)
        {
            var at = last >= PointsOfACurve ? (int)((long)cell * last / (PointsOfACurve - 1))
                : cell == PointsOfACurve - 1 ? last
                : cell < last ? cell : -1;
            yield return at < 0 ? "" : $"{Figure.Significant(series.Y[at], 4)} @ {Figure.Short(series.X[at])}";
        }
    }

    private static string Render(BarChart chart)
    {
        var title = chart.Unit.Length == 0 ? chart.Title : $"{chart.Title} ({chart.Unit})";
        var withChance = chart.Groups.Any(group => group.Chance is not null);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var group in chart.Groups)
        {
            List<string> row = [group.Label, .. group.Values.Select(Figure.WithInterval)];
            if (withChance)
                row.Add(group.Chance is { } chance ? Figure.Significant(chance) : "");
            rows.Add(row);
        }
        List<string> columns = ["", .. chart.Conditions];
        if (withChance)
            columns.Add("chance");
        return Render(title, columns, rows) + Note(chart.Note);
    }

    private static string Render(string caption, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder($"**{Escape(caption)}**\n\n");
        text.Append(Row(columns)).Append('\n').Append(string.Concat(columns.Select(_ => "| --- "))).Append("|\n");
        return text.AppendJoin('\n', rows.Select(Row)).ToString();
    }

    private static string Row(IEnumerable<string> cells) => "| " + string.Join(" | ", cells.Select(Escape)) + " |";

    private static string Note(string? note) => note is null ? "" : "\n\n" + Escape(note);

    private static string Quote(string text) => "> " + Escape(text);

    /// <summary>Text with everything escaped that Markdown or HTML in it would interpret, on one line for lists and cells.</summary>
    private static string Escape(string text) =>
        Special().Replace(OneLine(text), match => match.Value switch { "<" => "&lt;", ">" => "&gt;", "&" => "&amp;", var c => "\\" + c });

    private static string OneLine(string text) => Breaks().Replace(text.Trim(), " ⏎ ");

    // An underscore within a word means nothing in Markdown; names read better without a stroke before it.
    [GeneratedRegex(@"[\\`*\[\]|~#<>&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=^)[-+=](?=\s)|(?<=^\d+)[.)](?=\s)")]
    private static partial Regex Special();

    [GeneratedRegex(@"\s*(\r\n|[\n\r\v\f\u0085\u2028\u2029])\s*")]
    private static partial Regex Breaks();
}
