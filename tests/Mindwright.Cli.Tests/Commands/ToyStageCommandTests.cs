using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>The toy stage, which one line registers, at the command line: every command knows it from the list of stages.</summary>
public sealed class ToyStageCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _settings;

    public ToyStageCommandTests()
    {
        _settings =
        [
            "--output", _folder["run"], .. SmallRun.Settings(SmallRun.WriteText(_folder)),
            "--set", $"sft.paths=['{SmallRun.WriteChats(_folder)}']", "--set", "toy.steps=3",
        ];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_knows_it_by_its_name_and_a_run_is_resumed_where_it_is_done()
    {
        Assert.Contains("Prefer the short one of two answers.", CommandRun.Of("train", "--help").Stdout, StringComparison.Ordinal);
        Good(CommandRun.Of(["train", .. _settings, "--set", "stages=['pretrain', 'sft']"]));
        Good(CommandRun.Of(["train", "toy", .. _settings]));
        Assert.True(File.Exists(_folder["run/results/toy.json"]));
        var resumed = Good(CommandRun.Of("runs", "resume", _folder["run"]));
        Assert.Contains("toy is done already", resumed.Stdout + resumed.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Quickstart_runs_it_and_the_report_shows_it()
    {
        var run = Good(CommandRun.Of(
        [
            "quickstart", "--json", .. _settings, "--set", "stages=['pretrain', 'sft', 'toy']", "--set", "data.sources=[]", "--set", "sft.sources=[]",
        ]));
        var stages = JsonDocument.Parse(run.Stdout).RootElement.GetProperty("stages");
        Assert.Equal(["tokenizer", "pretrain", "sft", "toy"], stages.EnumerateObject().Select(stage => stage.Name));
        Assert.Contains("Preferences: learn from pairs", File.ReadAllText(_folder["run/report.html"]), StringComparison.Ordinal);
    }

    private static CommandRun Good(CommandRun run)
    {
        Assert.True(run.ExitCode == 0, run.Stderr);
        return run;
    }
}
