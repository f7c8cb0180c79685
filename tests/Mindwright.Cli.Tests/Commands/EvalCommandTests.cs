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

    [Fact]
    public void Items_that_could_not_be_graded_are_told_with_the_reason()
    {
        File.WriteAllText(_folder["data/ifeval.jsonl"], """
            {"prompt":"Say yes.","instruction_id_list":["punctuation:no_comma"],"kwargs":[{}]}
            {"prompt":"Say no.","instruction_id_list":["nobody:knows_this"],"kwargs":[{}]}
            """);
        var run = Eval("--tasks", "ifeval", "--max-tokens", "4");
        Assert.True(run.ExitCode == 0, run.Stderr);
        Assert.Contains("Items that could not be graded", run.Stdout, StringComparison.Ordinal);
        Assert.Matches(@"ifeval +\| +1 +\|.*none of its instructions can be checked: nobody:knows_this", run.Stdout);
        var task = JsonDocument.Parse(Eval("--tasks", "ifeval", "--max-tokens", "4", "--json").Stdout).RootElement.GetProperty("tasks")[0];
        Assert.Equal(1, task.GetProperty("failed").GetInt32());
        Assert.Contains("nobody:knows_this", task.GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_imported_model_is_asked_by_its_own_template_and_with_plain_by_none()
    {
        var text = ImportedModel.Write(_folder["imported"]);
        int Id(string token) => text.Tokenizer.SpecialTokens[token];
        int[] Turn(string role, string said) => [Id("<|start_header_id|>"), .. text.Tokenizer.Encode(role), Id("<|end_header_id|>"), .. text.Tokenizer.Encode("\n\n" + said)];
        File.WriteAllText(_folder["data/gsm8k-test.jsonl"], """{"question":"What is 7 and 7? <|eot_id|>","answer":"7 + 7 = 14\n#### 14"}""");

        using var model = new RecordingModel(text.Tokenizer.VocabularySize, [.. text.Tokenizer.Encode("That is 14.\n#### 14"), Id("<|eot_id|>")]);
        CommandRun Ask(params string[] options) =>
            CommandRun.Of(TestBackend.Only(_ => model), ["eval", _folder["imported"], "--data", _folder["data"], "--tasks", "gsm8k", "--output", _folder["out"], .. options]);

        var run = Ask("--min", "gsm8k=1");
        Assert.True(run.ExitCode == 0, run.Stderr);
        Assert.Equal([.. Turn("user", "What is 7 and 7? <|eot_id|>"), Id("<|eot_id|>"), .. Turn("assistant", "")], model.Prompts.Single());

        Assert.Equal(0, Ask("--plain").ExitCode);
        Assert.Equal([.. text.Tokenizer.Template.Before, .. text.Tokenizer.Encode("Question: What is 7 and 7? <|eot_id|>\nAnswer:")], model.Prompts[1]);
    }

    private CommandRun Eval(params string[] args) =>
        CommandRun.Of(["eval", _folder["model"], "--data", _folder["data"], "--output", _folder["out"], .. args]);
}
