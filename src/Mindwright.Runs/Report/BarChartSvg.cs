namespace Mindwright.Runs.Report;

/// <summary>Draws a <see cref="BarChart"/> as inline SVG.</summary>
internal static class BarChartSvg
{
    private const double Width = 720;
    private const double BarHeight = 16;
    private const double BarGap = 3;
    private const double GroupGap = 16;
    private const double CharacterWidth = 7;
    private const double LongestLabel = 210;
    private const double AxisHeight = 26;

    public static Markup Render(BarChart chart)
    {
        foreach (var group in chart.Groups.Where(group => group.Values.Count != chart.Conditions.Count))
            throw new ArgumentException($"\"{group.Label}\" has {group.Values.Count} values for {chart.Conditions.Count} conditions.");

        string Text(BarGroup group, int i) => Figure.WithInterval(group.Values[i]) + Unit(chart);
        var right = Width - 14 - CharacterWidth * chart.Groups
            .SelectMany(group => group.Values.Select((_, i) => Text(group, i).Length)).DefaultIfEmpty().Max();
        var left = 14 + Math.Min(LongestLabel, chart.Groups.Select(group => group.Label.Length * CharacterWidth).DefaultIfEmpty().Max());
        var groupHeight = chart.Conditions.Count * (BarHeight + BarGap) - BarGap;
        var bottom = chart.Groups.Count * (groupHeight + GroupGap);
        var values = chart.Groups.SelectMany(group => group.Values.SelectMany(value => new[] { value.Low, value.High, value.Estimate }))
            .Concat(chart.Groups.Where(group => group.Chance is not null).Select(group => group.Chance!.Value)).Append(0);
        var scale = new Scale(new Axis(chart.Title, Max: chart.Max), values, left, right, tight: false);

        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {bottom + AxisHeight}\" role=\"img\" aria-label=\"{Description(chart)}\">").Line();
        foreach (var tick in scale.Ticks)
            svg.Add($"<path class=\"grid\" d=\"M{scale[tick]} 0V{bottom}\"/><text class=\"tick\" x=\"{scale[tick]}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{Figure.Short(tick)}</text>");
        svg.Line();

        var top = GroupGap / 2;
        foreach (var group in chart.Groups)
        {
            svg.Add($"<text class=\"label\" x=\"{left - 10}\" y=\"{top + groupHeight / 2 + 4}\" text-anchor=\"end\">{Shortened(group.Label)}</text>").Line();
            for (var i = 0; i < group.Values.Count; i++)
            {
                var (value, y) = (group.Values[i], top + i * (BarHeight + BarGap));
                var (from, to) = (Math.Min(scale[0], scale[value.Estimate]), Math.Max(scale[0], scale[value.Estimate]));
                svg.Add($"<rect class=\"bar s{i % HtmlReport.Colors}\" x=\"{from}\" y=\"{y}\" width=\"{to - from}\" height=\"{BarHeight}\"/>");
                if (value.Low < value.High)
                    svg.Add($"<path class=\"whisker\" d=\"M{scale[value.Low]} {y + 4}v8m0 -4H{scale[value.High]}m0 -4v8\"/>");
                svg.Add($"<text class=\"tick\" x=\"{right + 14}\" y=\"{y + 12}\">{Text(group, i)}</text>").Line();
            }
            if (group.Chance is { } chance)
                svg.Add($"<path class=\"chance\" d=\"M{scale[chance]} {top - 4}V{top + groupHeight + 4}\"/>").Line();
            top += groupHeight + GroupGap;
        }
        return svg.Add($"<path class=\"axis\" d=\"M{scale[0]} 0V{bottom}\"/></svg>");
    }

    private static string Unit(BarChart chart) => chart.Unit.Length == 0 ? "" : " " + chart.Unit;

    private static string Shortened(string label) =>
        label.Length * CharacterWidth <= LongestLabel ? label : label[..((int)(LongestLabel / CharacterWidth) - 1)] + "…";

    private static string Description(BarChart chart) => $"{chart.Title}. " + string.Join(" ", chart.Groups.Select(group =>
        $"{group.Label}: " + string.Join(", ", group.Values.Select((value, i) => $"{chart.Conditions[i]} {Figure.WithInterval(value)}{Unit(chart)}")) + "."));
}
