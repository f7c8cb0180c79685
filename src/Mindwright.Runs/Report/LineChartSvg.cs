namespace Mindwright.Runs.Report;

/// <summary>Draws a <see cref="LineChart"/> as inline SVG.</summary>
internal static class LineChartSvg
{
    private const double Width = 720;
    private const double Height = 330;
    private const double Top = 14;
    private const double Bottom = Height - 46;
    private const double Left = 58;
    private const double CharacterWidth = 6.6; // of the labels' 12-pixel sans serif, on the generous side
    private const double LabelHeight = 15;
    private const int MarkersUpTo = 40;
    private const int DenseFrom = 300; // so many points are noise around a trend: drawn thin, so that other curves show

    public static Markup Render(LineChart chart)
    {
        var baselines = chart.Baselines ?? [];
        var labels = baselines.Select(line => $"{line.Name} {Figure.Significant(line.Value)}").ToArray();
        var right = Width - Math.Max(14, labels.Select(label => 10 + label.Length * CharacterWidth).DefaultIfEmpty().Max());
        foreach (var series in chart.Series.Where(series => series.X.Count != series.Y.Count))
            throw new ArgumentException($"Series \"{series.Name}\" has {series.X.Count} horizontal and {series.Y.Count} vertical values.");

        var x = new Scale(chart.X, chart.Series.SelectMany(series => series.X), Left, right, tight: true);
        var y = new Scale(
            chart.Y, chart.Series.SelectMany(series => series.Y).Concat(baselines.Select(line => line.Value)), Bottom, Top, tight: false);

        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Description(chart)}\">").Line();
        foreach (var tick in y.Ticks)
            svg.Add($"<path class=\"grid\" d=\"M{Left} {y[tick]}H{right}\"/><text class=\"tick\" x=\"{Left - 8}\" y=\"{y[tick] + 4}\" text-anchor=\"end\">{Figure.Short(tick)}</text>");
        foreach (var tick in x.Ticks)
            svg.Add($"<path class=\"axis\" d=\"M{x[tick]} {Bottom}v5\"/><text class=\"tick\" x=\"{x[tick]}\" y=\"{Bottom + 19}\" text-anchor=\"middle\">{Figure.Short(tick)}</text>");
        svg.Add($"<path class=\"axis\" d=\"M{Left} {Bottom}H{right}\"/>");
        svg.Add($"<text class=\"label\" x=\"{(Left + right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{chart.X.Label}</text>").Line();

        var heights = Spread([.. baselines.Select(line => y[line.Value])]);
        for (var i = 0; i < baselines.Count; i++)
        {
            svg.Add($"<path class=\"baseline\" d=\"M{Left} {y[baselines[i].Value]}H{right}\"/>");
            svg.Add($"<text class=\"tick\" x=\"{right + 6}\" y=\"{heights[i] + 4}\">{labels[i]}</text>").Line();
        }

        for (var i = 0; i < chart.Series.Count; i++)
        {
            var look = chart.Series[i].X.Count > DenseFrom ? "dense" : "line";
            svg.Add($"<path class=\"{look} s{i % HtmlReport.Colors}\" d=\"{Path(chart.Series[i], x, y)}\"/>");
            if (chart.Series[i].X.Count <= MarkersUpTo)
                foreach (var (px, py) in Points(chart.Series[i], x, y).Where(point => !double.IsNaN(point.Y)))
                    svg.Add($"<circle class=\"s{i % HtmlReport.Colors}\" cx=\"{px}\" cy=\"{py}\" r=\"3\"/>");
            svg.Line();
        }
        return svg.Add($"</svg>");
    }

    private static IEnumerable<(double X, double Y)> Points(Series series, Scale x, Scale y)
    {
        for (var i = 0; i < series.X.Count; i++)
            if (x.Shows(series.X[i]))
                yield return (x[series.X[i]], y.Shows(series.Y[i]) ? y[series.Y[i]] : double.NaN);
    }

    /// <summary>
    /// The curve, with at most first, highest, lowest and last point of each pixel column: what the eye can tell apart, so that
    /// a hundred thousand steps stay a small file.
    /// </summary>
    private static string Path(Series series, Scale x, Scale y)
    {
        var path = new System.Text.StringBuilder();
        var pen = 'M';
        foreach (var column in Columns(Points(series, x, y)))
        {
            if (double.IsNaN(column[0].Y))
            {
                pen = 'M';
                continue;
            }
            var (low, high) = (column.MinBy(point => point.Y), column.MaxBy(point => point.Y));
            var kept = column.Count <= 4 ? column : [column[0], low, high, column[^1]];
            foreach (var (px, py) in kept)
            {
                path.Append(pen).Append(FormattableString.Invariant($"{px:0.#} {py:0.#}"));
                pen = 'L';
            }
        }
        return path.ToString();
    }

    private static IEnumerable<List<(double X, double Y)>> Columns(IEnumerable<(double X, double Y)> points)
    {
        List<(double X, double Y)> column = [];
        foreach (var point in points)
        {
            if (column.Count > 0 && (Math.Floor(column[0].X) != Math.Floor(point.X) || double.IsNaN(column[0].Y) || double.IsNaN(point.Y)))
            {
                yield return column;
                column = [];
            }
            column.Add(point);
        }
        if (column.Count > 0)
            yield return column;
    }

    /// <summary>Moves labels that would overlap apart, downwards and back up at the lower edge.</summary>
    private static double[] Spread(double[] heights)
    {
        var order = Enumerable.Range(0, heights.Length).OrderBy(i => heights[i]).ToArray();
        var placed = (double[])heights.Clone();
        for (var i = 1; i < order.Length; i++)
            placed[order[i]] = Math.Max(placed[order[i]], placed[order[i - 1]] + LabelHeight);
        for (var i = order.Length - 1; i >= 0; i--)
            placed[order[i]] = Math.Min(placed[order[i]], i == order.Length - 1 ? Bottom : placed[order[i + 1]] - LabelHeight);
        return placed;
    }

    private static string Description(LineChart chart) =>
        $"{chart.Title}. {chart.Y.Label} over {chart.X.Label}. " + string.Join(" ", chart.Series.Where(s => s.X.Count > 0).Select(s =>
            $"{s.Name}: from {Figure.Significant(s.Y[0])} at {Figure.Short(s.X[0])} to {Figure.Significant(s.Y[^1])} at {Figure.Short(s.X[^1])}."));
}
