namespace Mindwright.Runs.Report;

/// <summary>Several reports as one: curves of the same chart in one chart, the rest side by side.</summary>
public static class ReportComparison
{
    /// <summary>Compares reports section by section, by their titles, in the order of the first.</summary>
    /// <param name="reports">Reports with the names of their runs, two or more.</param>
    public static RunReport Of(IReadOnlyList<(string Run, RunReport Report)> reports)
    {
        if (reports.Count < 2)
            throw new ArgumentException("A comparison needs two reports or more.", nameof(reports));
        var titles = reports.SelectMany(report => report.Report.Sections.Select(section => section.Title)).Distinct();
        return new(
            "Comparison of " + string.Join(", ", reports.Select(report => report.Run)),
            "The same measurements of several runs. Curves of different runs share a chart; everything else follows run by run.",
            [.. titles.Select(title => new ReportSection(title, Blocks(title, reports)))]);
    }

    private static List<ReportBlock> Blocks(string title, IReadOnlyList<(string Run, RunReport Report)> reports)
    {
        var blocks = reports.SelectMany(report => report.Report.Sections.Where(section => section.Title == title)
            .SelectMany(section => section.Blocks.Select(block => (report.Run, Block: block)))).ToArray();
        var result = new List<ReportBlock>();
        if (blocks.Where(b => b.Block is KeyFigures).ToArray() is { Length: > 0 } figures)
            result.Add(Together(figures));
        foreach (var charts in blocks.Where(b => b.Block is LineChart).GroupBy(b => ((LineChart)b.Block).Title))
            result.Add(Together([.. charts.Select(chart => (chart.Run, (LineChart)chart.Block))]));
        foreach (var (run, block) in blocks)
            switch (block)
            {
                case Table table:
                    result.Add(table with { Caption = $"{run}: {table.Caption}" });
                    break;
                case BarChart chart:
                    result.Add(chart with { Title = $"{run}: {chart.Title}" });
                    break;
                case Samples samples:
                    result.Add(samples with { Title = $"{run}: {samples.Title}" });
                    break;
                case Paragraph paragraph:
                    result.Add(new Paragraph($"{run}: {paragraph.Text}"));
                    break;
            }
        return result;
    }

    private static Table Together((string Run, ReportBlock Block)[] figures)
    {
        var runs = figures.Select(figure => figure.Run).Distinct().ToArray();
        var all = figures.SelectMany(group => ((KeyFigures)group.Block).Figures.Select(figure => (group.Run, Figure: figure))).ToArray();
        return new("Key figures", ["", .. runs],
        [
            .. all.Select(f => f.Figure.Label).Distinct().Select(label => (IReadOnlyList<string>)
            [
                label,
                .. runs.Select(run => all.FirstOrDefault(f => f.Run == run && f.Figure.Label == label).Figure?.Value ?? "–"),
            ]),
        ]);
    }

    private static LineChart Together((string Run, LineChart Chart)[] charts) => charts[0].Chart with
    {
        Series = [.. charts.SelectMany(chart => chart.Chart.Series.Select(series => series with { Name = $"{series.Name}, {chart.Run}" }))],
        Baselines = [.. charts.SelectMany(chart => (chart.Chart.Baselines ?? []).Select(line => line with { Name = $"{line.Name}, {chart.Run}" }))],
        Note = null,
    };
}
