using System.Text.Json;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_is_rendered_again_from_its_data()
    {
        Run("a", "first");
        File.Delete(_folder["a/report.html"]);
        var run = CommandRun.Of("report", _folder["a"], "--json");
        Assert.Equal(_folder["a/report.html"], JsonDocument.Parse(run.Stdout).RootElement.GetProperty("html").GetString()!.Replace('\\', '/'));
        Assert.Contains("first", File.ReadAllText(_folder["a/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_runs_become_one_report_in_a_folder_that_is_named()
    {
        Run("a", "first");
        Run("b", "second");
        Assert.Equal(2, CommandRun.Of("report", _folder["a"], _folder["b"]).ExitCode);
        Assert.Equal(0, CommandRun.Of("report", _folder["a"], _folder["b"], "--output", _folder["both"]).ExitCode);
        var page = File.ReadAllText(_folder["both/report.html"]);
        Assert.Contains("a: first", page, StringComparison.Ordinal);
        Assert.Contains("b: second", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_report_is_bad_data()
    {
        Run("a", "first");
        File.Delete(_folder["a/report.json"]);
        Assert.Equal(4, CommandRun.Of("report", _folder["a"]).ExitCode);
    }

    [Fact]
    public void A_comparison_names_the_settings_that_differ_and_is_the_same_page_from_both_commands()
    {
        Run("a", "first", "rate = 0.1\n");
        Run("b", "second", "rate = 0.2\n");
        Assert.Equal(0, CommandRun.Of("report", _folder["a"], _folder["b"], "--output", _folder["one"]).ExitCode);
        var compare = CommandRun.Of("runs", "compare", _folder["a"], _folder["b"], "--output", _folder["two"]);
        Assert.Contains("report.html", compare.Stdout, StringComparison.Ordinal);
        var page = File.ReadAllText(_folder["two/report.html"]);
        Assert.Equal(File.ReadAllText(_folder["one/report.html"]), page);
        Assert.Matches("rate</td><td[^>]*>0.1</td><td[^>]*>0.2</td>", page);
    }

    [Fact]
    public void A_law_predicts_the_loss_of_one_run()
    {
        Run("a", "first");
        using (var run = RunFolder.Open(_folder["a"]))
            run.Metrics.Append("pretrain-eval", 10, ("held_out_loss", 4.0));
        Directory.CreateDirectory(_folder["a/results"]);
        File.WriteAllText(_folder["a/results/pretrain.json"], """{"parameters": 1000000, "tokens": 20000000, "probes": []}""");
        Assert.Equal(0, CommandRun.Of("report", _folder["a"], "--law", "epoch").ExitCode);
        var page = File.ReadAllText(_folder["a/report.html"]);
        Assert.Contains("Predicted against actual loss", page, StringComparison.Ordinal);
        // 1.8172 + 482.01/1e6^0.3478 + 2085.43/2e7^0.3658
        Assert.Contains("10.22", page, StringComparison.Ordinal);

        Assert.Equal(2, CommandRun.Of("report", _folder["a"], "--law", "nobody").ExitCode);
        Assert.Contains("allocations", CommandRun.Of("report", _folder["a"], "--law", "hoffmann-1").Stderr, StringComparison.Ordinal);
        Run("b", "second");
        Assert.Equal(4, CommandRun.Of("report", _folder["b"], "--law", "epoch").ExitCode);
        Assert.Equal(2, CommandRun.Of("report", _folder["a"], _folder["b"], "--law", "epoch").ExitCode);
    }

    private void Run(string name, string text, string resolved = "")
    {
        using var run = RunFolder.Create("", name, "", resolved, DateTimeOffset.UnixEpoch, _folder[name]);
        new RunReport(name, "", [new("Part", [new Paragraph(text)])]).Write(_folder[name]);
    }
}
