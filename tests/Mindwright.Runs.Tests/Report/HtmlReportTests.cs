using System.Xml.Linq;
using CsCheck;
using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class HtmlReportTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String, Gen.String[Gen.Char["<>&\"'{}/ \0\n\u001b"], 0, 20], Gen.OneOf(new[] { "</script><script>alert(1)</script>", "{0}", "]]>", "\ud800" }.Select(text => Gen.Const(text)).ToArray()));

    [Fact]
    public void No_text_changes_the_structure_of_the_page()
    {
        var skeleton = Skeleton(HtmlReport.Render(SampleReport.With("x")));
        AnyText.Where(text => text.Length > 0).Sample(text => Assert.Equal(skeleton, Skeleton(HtmlReport.Render(SampleReport.With(text)))), iter: 300);
    }

    [Fact]
    public void The_page_loads_nothing_and_runs_nothing()
    {
        var page = HtmlReport.Render(SampleReport.With("x"));
        foreach (var element in XDocument.Parse(page).Descendants())
        {
            Assert.NotEqual("script", element.Name.LocalName);
            foreach (var attribute in element.Attributes())
            {
                Assert.DoesNotMatch("^on", attribute.Name.LocalName);
                if (attribute.Name.LocalName is "href" or "src")
                    Assert.StartsWith("#", attribute.Value, StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_shown_as_it_was_written()
    {
        var page = XDocument.Parse(HtmlReport.Render(SampleReport.With("a < b && \"c\" 😀 日本")));
        Assert.Contains(page.Descendants("p"), p => p.Value == "a < b && \"c\" 😀 日本");
    }

    [Fact]
    public void Thinking_is_set_apart_also_where_it_never_ends()
    {
        var samples = new Samples("s", [new("q", [new("a", "<think>hm</think>4"), new("b", "<think>on and on")])]);
        var page = XDocument.Parse(HtmlReport.Render(new("t", "s", [new("p", [samples])])));
        Assert.Equal(["<think>hm</think>", "<think>on and on"], page.Descendants("span").Select(span => span.Value));
    }

    [Fact]
    public void Columns_of_numbers_stand_flush_right()
    {
        var table = new Table("c", ["name", "value"], [["a", "1.5 %"], ["b", "−3"], ["c", "–"]]);
        var page = XDocument.Parse(HtmlReport.Render(new("t", "s", [new("p", [table])])));
        Assert.Equal(["text", "number"], page.Descendants("th").Select(th => (string)th.Attribute("class")!));
    }

    [Fact]
    public void Blocks_that_contradict_themselves_are_refused()
    {
        foreach (ReportBlock block in new ReportBlock[]
        {
            new Table("c", ["one"], [["1", "2"]]),
            new LineChart("c", new("x"), new("y"), [new("s", [1, 2], [1])]),
            new BarChart("c", "", ["before", "after"], [new("g", [new(1, 1, 1)])]),
        })
            Assert.Throws<ArgumentException>(() => HtmlReport.Render(new("t", "s", [new("p", [block])])));
    }

    private static string Skeleton(string page) => string.Join(' ', XDocument.Parse(page).Descendants().Select(element =>
        element.Name.LocalName + string.Concat(element.Attributes().Where(a => a.Name.LocalName == "class").Select(a => "." + a.Value))));
}
