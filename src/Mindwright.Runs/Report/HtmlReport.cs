using System.Text.RegularExpressions;

namespace Mindwright.Runs.Report;

/// <summary>
/// Renders a report as one HTML file that needs nothing else: style and charts are inline, there is no script, and a content
/// policy forbids loading anything. It follows the reader's light or dark preference.
/// </summary>
public static partial class HtmlReport
{
    /// <summary>Number of colors in the style sheet; further series begin again.</summary>
    internal const int Colors = 6;

    private static readonly string Style = ReadStyle();

    /// <summary>The page, as text with <c>\n</c> line ends.</summary>
    /// <exception cref="ArgumentException">A block contradicts itself, such as a series with unequal numbers of coordinates.</exception>
    public static string Render(RunReport report)
    {
        var page = new Markup();
        page.Add($"<!DOCTYPE html>").Line();
        page.Add($"<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>").Line();
        page.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>").Line();
        page.Add($"<meta name=\"color-scheme\" content=\"light dark\"/><title>{report.Title}</title>").Line();
        page.Add($"<style>").Raw(Style).Add($"</style></head><body>").Line();
        page.Add($"<header><h1>{report.Title}</h1><p class=\"summary\">{report.Summary}</p></header>").Line();
        if (report.Sections.Count > 2)
        {
            page.Add($"<nav aria-label=\"Contents\"><ol>");
            for (var i = 0; i < report.Sections.Count; i++)
                page.Add($"<li><a href=\"#part-{i + 1}\">{report.Sections[i].Title}</a></li>");
            page.Add($"</ol></nav>").Line();
        }
        page.Add($"<main>").Line();
        for (var i = 0; i < report.Sections.Count; i++)
        {
            page.Add($"<section id=\"part-{i + 1}\"><h2>{report.Sections[i].Title}</h2>").Line();
            foreach (var block in report.Sections[i].Blocks)
                page.Add(Render(block)).Line();
            page.Add($"</section>").Line();
        }
        return page.Add($"</main></body></html>").Line().ToString();
    }

    private static Markup Render(ReportBlock block) => block switch
    {
        Paragraph paragraph => new Markup().Add($"<p>{paragraph.Text}</p>"),
        Commands commands => new Markup().Add($"<pre class=\"commands\"><code>{string.Join('\n', commands.Lines)}</code></pre>"),
        KeyFigures figures => Render(figures),
        Table table => Render(table),
        LineChart chart => Chart(
            chart.Title, chart.Y.Label, chart.Series.Count > 1 ? [.. chart.Series.Select(s => s.Name)] : [], LineChartSvg.Render(chart), chart.Note),
        BarChart chart => Chart(
            chart.Title, chart.Unit, chart.Conditions.Count > 1 ? chart.Conditions : [], BarChartSvg.Render(chart), chart.Note,
            chart.Groups.Any(group => group.Chance is not null)),
        Samples samples => Render(samples),
        _ => throw new NotSupportedException($"{block.GetType().Name} is not a block that a page can show."),
    };

    private static Markup Render(KeyFigures figures)
    {
        var list = new Markup().Add($"<dl class=\"figures\">");
        foreach (var figure in figures.Figures)
        {
            list.Add($"<div><dt>{figure.Label}</dt><dd class=\"value\">{figure.Value}</dd>");
            if (figure.Note is not null)
                list.Add($"<dd class=\"note\">{figure.Note}</dd>");
            list.Add($"</div>");
        }
        return list.Add($"</dl>");
    }

    private static Markup Render(Table table)
    {
        foreach (var row in table.Rows.Where(row => row.Count != table.Columns.Count))
            throw new ArgumentException($"Table \"{table.Caption}\" has a row of {row.Count} cells for {table.Columns.Count} columns.");
        var numeric = table.Columns.Select((_, column) => table.Rows.All(row => Number().IsMatch(row[column]))).ToArray();
        string Class(int column) => numeric[column] ? "number" : "text";

        var html = new Markup().Add($"<figure class=\"wide\"><table><caption>{table.Caption}</caption>");
        // A list of names and values has no headings.
        if (table.Columns.Any(column => column.Length > 0))
        {
            html.Add($"<thead><tr>");
            for (var c = 0; c < table.Columns.Count; c++)
                html.Add($"<th scope=\"col\" class=\"{Class(c)}\">{table.Columns[c]}</th>");
            html.Add($"</tr></thead>");
        }
        html.Add($"<tbody>").Line();
        foreach (var row in table.Rows)
        {
            html.Add($"<tr>");
            for (var c = 0; c < row.Count; c++)
                html.Add($"<td class=\"{Class(c)}\">{row[c]}</td>");
            html.Add($"</tr>").Line();
        }
        return html.Add($"</tbody></table></figure>");
    }

    private static Markup Chart(
        string title, string unit, IReadOnlyList<string> legend, Markup svg, string? note, bool chance = false)
    {
        var html = new Markup().Add($"<figure><figcaption>{title}");
        if (unit.Length > 0)
            html.Add($" <span class=\"unit\">{unit}</span>");
        html.Add($"</figcaption>");
        if (legend.Count > 0 || chance)
        {
            html.Add($"<ul class=\"legend\">");
            for (var i = 0; i < legend.Count; i++)
                html.Add($"<li><i class=\"s{i % Colors}\"></i>{legend[i]}</li>");
            if (chance)
                html.Add($"<li><i class=\"chance\"></i>chance</li>");
            html.Add($"</ul>");
        }
        html.Add($"<div class=\"chart\" tabindex=\"0\">{svg}</div>");
        if (note is not null)
            html.Add($"<p class=\"note\">{note}</p>");
        return html.Add($"</figure>");
    }

    private static Markup Render(Samples samples)
    {
        var html = new Markup().Add($"<figure class=\"samples\"><figcaption>{samples.Title}</figcaption>").Line();
        foreach (var group in samples.Groups)
        {
            html.Add($"<article><h3>{group.Prompt}</h3><dl>");
            foreach (var text in group.Texts)
                html.Add($"<dt>{text.Label}</dt><dd>{Dimmed(text.Text)}</dd>");
            html.Add($"</dl></article>").Line();
        }
        return html.Add($"</figure>");
    }

    /// <summary>Text between thinking tags, or after an unclosed one, is styled differently.</summary>
    private static Markup Dimmed(string text)
    {
        var html = new Markup();
        var end = 0;
        foreach (Match thought in Thought().Matches(text))
        {
            html.Add($"{text[end..thought.Index]}<span class=\"think\">{thought.Value}</span>");
            end = thought.Index + thought.Length;
        }
        return html.Add($"{text[end..]}");
    }

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(typeof(HtmlReport), "report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^([-+−±≈<>≥≤$€]?\s?\d.*|[–—-]?)$", RegexOptions.Singleline)]
    private static partial Regex Number();

    [GeneratedRegex(@"<think>.*?(</think>|$)", RegexOptions.Singleline)]
    private static partial Regex Thought();
}
