using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests.Report;

public sealed class RunReportTests
{
    [Fact]
    public void What_is_written_reads_back_and_renders_the_same()
    {
        using var folder = new TempFolder();
        var report = SampleReport.With("text");
        report.Write(folder.Path);
        Assert.Equal([RunReport.HtmlFile, RunReport.JsonFile, RunReport.MarkdownFile], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(HtmlReport.Render(report), HtmlReport.Render(RunReport.Read(folder.Path)));
        Assert.Equal(File.ReadAllText(folder[RunReport.HtmlFile]), HtmlReport.Render(report));
    }

    [Fact]
    public void A_folder_without_a_report_and_a_damaged_one_are_told_apart()
    {
        using var folder = new TempFolder();
        Assert.Throws<FileNotFoundException>(() => RunReport.Read(folder.Path));
        foreach (var damaged in new[] { "", "null", "{}", "{\"title\":\"x\"}", "[" })
        {
            File.WriteAllText(folder[RunReport.JsonFile], damaged);
            Assert.Contains(RunReport.JsonFile, Assert.Throws<InvalidDataException>(() => RunReport.Read(folder.Path)).Message, StringComparison.Ordinal);
        }
    }
}
