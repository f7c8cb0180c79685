using System.Text.Json;
using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EvalCommandTests()
    {
        ModelFolders.Tiny(_folder["model"]);
        Directory.CreateDirectory(_folder["data"]);
        File.WriteAllText(_folder["data/copa.jsonl"], """
            {"query":"The sky is","choices":["blue","red"],"gold":0}
            {"query":"The sea is","choices":["wet","dry"],"gold":0}
            """);
        File.WriteAllText(_folder["text.txt"], "The sky is blue.");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_are_one_document_and_stand_in_the_report()
    {
        var run = Eval("--suite", "core", "--text", _folder["text.txt"], "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Stderr));
        var json = JsonDocument.Parse(run.Stdout).RootElement;
        Assert.Equal(["core/copa", "bits_per_byte"], json.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task").GetString()));
        Assert.Equal(2, json.GetProperty("tasks")[0].GetProperty("main").GetProperty("items").GetInt32());
        Assert.Equal(21, json.GetProperty("skipped").EnumerateObject().Count());
        Assert.Equal("Evaluation", RunReport.Read(_folder["out"]).Sections.Single().Title);
        Assert.True(File.Exists(_folder["out/evaluation.json"]));

        // A second evaluation replaces its section.
        Assert.Equal(0, Eval("--tasks", "core/copa").ExitCode);
        Assert.Single(RunReport.Read(_folder["out"]).Sections);
    }

    [Theory]
    [InlineData(6, "core/copa is", "--tasks", "core/copa", "--min", "core/copa=1.1")]
    [InlineData(6, "core/copa is", "--tasks", "core/copa", "--min", "copa=1.1")]
    [InlineData(6, "core is", "--suite", "core", "--min", "core=1.1")]
    [InlineData(2, "task=value", "--tasks", "core/copa", "--min", "much")]
    [InlineData(2, "task=value", "--tasks", "core/copa", "--min", "copa=NaN")]
    [InlineData(2, "--min mmlu: this task is not among", "--tasks", "core/copa", "--min", "mmlu=0.3")]
    [InlineData(2, "--limit: 0 is outside 1", "--tasks", "core/copa", "--limit", "0")]
    [InlineData(2, "--samples: -1 is outside 1", "--tasks", "core/copa", "--samples", "-1")]
    [InlineData(2, "--samples: at temperature 0", "--tasks", "core/copa", "--samples", "4")]
    [InlineData(2, "--temperature: -2 is outside 0", "--tasks", "core/copa", "--temperature", "-2")]
    [InlineData(2, "--max-tokens: 0 is outside", "--tasks", "core/copa", "--max-tokens", "0")]
    [InlineData(2, "--suite", "--limit", "3")]
    [InlineData(2, "no suite", "--suite", "fun")]
    [InlineData(4, "arc_easy.jsonl", "--tasks", "arc_easy")]
    public void What_is_missed_or_wrong_is_said_with_its_exit_code(int code, string message, params string[] args)
    {
        var run = Eval(args);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_by_name_needs_a_hub_that_somebody_named()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MINDWRIGHT_HUB") is null, "a hub is configured here");
        var run = CommandRun.Of("eval", _folder["model"], "--tasks", "copa", "--data", "somebody/something");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("MINDWRIGHT_HUB", run.Stderr, StringComparison.Ordinal);
    }

    private CommandRun Eval(params string[] args) =>
        CommandRun.Of(["eval", _folder["model"], "--data", _folder["data"], "--out", _folder["out"], .. args]);
}
