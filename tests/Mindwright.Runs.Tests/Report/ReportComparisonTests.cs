using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class ReportComparisonTests
{
    [Fact]
    public void Curves_share_a_chart_and_key_figures_a_table()
    {
        RunReport Report(string value, params double[] loss) => new("t", "s",
        [
            new("Training", [new KeyFigures([new("loss", value)]), new LineChart("Loss", new("step"), new("nats"), [new("held-out", [1, 2], loss)], [new("bigram", 5)])]),
        ]);
        var comparison = ReportComparison.Of([("a", Report("3.0", 5, 3)), ("b", Report("2.0", 4, 2))]);
        var section = Assert.Single(comparison.Sections);
        Assert.Equal([["loss", "3.0", "2.0"]], Assert.IsType<Table>(section.Blocks[0]).Rows);
        var chart = Assert.IsType<LineChart>(section.Blocks[1]);
        Assert.Equal(["held-out, a", "held-out, b"], chart.Series.Select(series => series.Name));
        Assert.Equal(["bigram, a", "bigram, b"], chart.Baselines!.Select(line => line.Name));
        Assert.NotEmpty(HtmlReport.Render(comparison));
    }

    [Fact]
    public void Nothing_of_any_kind_is_lost()
    {
        var comparison = ReportComparison.Of([("a", SampleReport.With("one")), ("b", SampleReport.With("two"))]);
        var page = HtmlReport.Render(comparison);
        Assert.Contains("a: one", page, StringComparison.Ordinal);
        Assert.Contains("b: two", page, StringComparison.Ordinal);
    }

    [Fact]
    public void One_report_is_no_comparison() => Assert.Throws<ArgumentException>(() => ReportComparison.Of([("a", SampleReport.With("x"))]));
}
