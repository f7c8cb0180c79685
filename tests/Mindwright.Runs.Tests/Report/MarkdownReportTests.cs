using CsCheck;
using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class MarkdownReportTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String, Gen.String[Gen.Char["<>&|\\`*_#-+1. \r\n"], 0, 20], Gen.OneOf(new[] { "# title", "- item", "<script>", "1. one" }.Select(text => Gen.Const(text)).ToArray()));

    [Fact]
    public void No_text_makes_or_breaks_a_line_a_heading_or_a_column()
    {
        var shape = Shape("x");
        AnyText.Sample(text => Assert.Equal(shape, Shape(text)));
    }

    [Fact]
    public void No_html_gets_through() =>
        Assert.DoesNotContain('<', MarkdownReport.Render(new("<b>", "<i>", [new("<u>", [new Paragraph("<script>")])])));

    [Fact]
    public void Underscores_are_escaped_where_they_would_mean_something()
    {
        var text = MarkdownReport.Render(new("t", "s", [new("drop_argument", [new Paragraph("_so_ not")])]));
        Assert.Contains("drop_argument", text, StringComparison.Ordinal);
        Assert.Contains(@"\_so\_ not", text, StringComparison.Ordinal);
    }

    private static string Shape(string text) => string.Join('\n', MarkdownReport.Render(SampleReport.With(text)).Split('\n').Select(line =>
        (line.StartsWith('#') ? line[..line.IndexOf(' ', StringComparison.Ordinal)] : "")
        + (line.StartsWith("- ", StringComparison.Ordinal) ? "-" : "")
        + (line.StartsWith('|') ? line.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|') : "")));
}
