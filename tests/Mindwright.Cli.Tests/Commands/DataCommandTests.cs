using System.Text;
using System.Text.Json;
using Mindwright.Data;
using Mindwright.Testing;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Tests.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Texts(string name, int seed)
    {
        var random = new Random(seed);
        string[] words = ["the", "little", "birds", "sang", "in", "trees", "and", "rivers", "ran", "to", "distant", "seas"];
        File.WriteAllLines(_folder[name], Enumerable.Range(0, 300).Select(i => JsonSerializer.Serialize(new
        {
            text = string.Join(' ', Enumerable.Range(0, 60).Select(_ => words[random.Next(words.Length)])) + $" write to bird{i}@wood.org",
        })));
        return _folder[name];
    }

    private static JsonElement Json(CommandRun run)
    {
        Assert.True(run.ExitCode == 0, run.Stderr);
        return JsonDocument.Parse(run.Stdout).RootElement;
    }

    [Fact]
    public void Text_becomes_a_folder_that_can_be_looked_into_and_trained_on()
    {
        File.WriteAllText(_folder["recipe.toml"], $"""
            held_out = 0.1
            [tokenizer]
            vocabulary = 320
            [[sources]]
            name = "birds"
            paths = ['{Texts("a.jsonl", 1)}']
            weight = 3
            [[sources]]
            name = "seas"
            paths = ['{Texts("b.jsonl", 2)}']
            weight = 1
            """);
        var built = Json(CommandRun.Of("data", "build", "-c", _folder["recipe.toml"], "-o", _folder["built"], "--json"));
        Assert.Equal(600, built.GetProperty("documents").GetInt32());
        Assert.Equal(300, built.GetProperty("report").GetProperty("sources").GetProperty("birds").GetProperty("changes").GetProperty("masked_email").GetInt32());
        Assert.Contains("[email]", File.ReadAllText(_folder["built/report.html"]), StringComparison.Ordinal);

        var found = Json(CommandRun.Of("data", "inspect", _folder["built"], "--samples", "2", "--json"));
        Assert.True(found.GetProperty("verified").GetBoolean());
        Assert.Equal([0.75, 0.25], found.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("share").GetDouble()));
        Assert.Equal(2, found.GetProperty("samples").GetArrayLength());
        Assert.Contains("75 %", CommandRun.Of("data", "inspect", _folder["built"]).Stdout, StringComparison.Ordinal);

        string[] train = ["train", "pretrain", "--output", _folder["run"], "--json", "--set", $"data.paths=['{_folder["built"]}']", "--set", "pretrain.steps=3",
            "--set", "pretrain.batch=2", "--set", "pretrain.sequence_length=32", "--set", "model.width=16", "--set", "model.heads=2", "--set", "model.key_value_heads=1",
            "--set", "model.layers=1", "--set", "model.intermediate=24", "--set", "model.context=256", "--set", "pretrain.evaluation_tokens=300"];
        var trained = Json(CommandRun.Of(train));
        Assert.Equal(320, trained.GetProperty("stages").GetProperty("tokenizer").GetProperty("vocabulary").GetInt32());
        Assert.True(File.Exists(_folder["run/model/model.safetensors"]));
    }

    [Fact]
    public void Files_on_the_command_line_are_one_source_and_an_output_that_exists_is_left_alone()
    {
        var args = new[] { "data", "build", Texts("a.jsonl", 1), "--set", "tokenizer.vocabulary=300", "-o", _folder["built"] };
        var run = CommandRun.Of(args);
        Assert.True(run.ExitCode == 0, run.Stderr);
        Assert.Contains("data inspect", run.Stdout, StringComparison.Ordinal);
        var again = CommandRun.Of(args);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("exists already", again.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_has_its_exit_code_and_leaves_no_output()
    {
        File.WriteAllText(_folder["bad.jsonl"], string.Concat(Enumerable.Range(0, 100).Select(i => $$"""{"text": "little birds number {{i}} sang, and rivers ran to distant seas where sailors told stories of golden mountains, {{i * i}}"}""" + "\n")) + "{bad\n");
        CommandRun Build(params string[] more) => CommandRun.Of(["data", "build", "-o", _folder["out"], "--set", "tokenizer.vocabulary=300", "--set", "filters.near_duplicates=none", .. more]);
        Assert.Equal(3, Build().ExitCode);
        Assert.Equal(3, Build(_folder["bad.jsonl"], "--set", "filters.near=1").ExitCode);
        Assert.Equal(4, Build(_folder["none.txt"]).ExitCode);
        var bad = Build(_folder["bad.jsonl"]);
        Assert.Equal(4, bad.ExitCode);
        Assert.Contains("bad.jsonl:101", bad.Stderr, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["out"]));
        Assert.Equal(4, CommandRun.Of("data", "inspect", _folder["out"]).ExitCode);
        Assert.Equal(0, Build(_folder["bad.jsonl"], "--set", "bad_input=skip").ExitCode);
        Assert.Contains("bad.jsonl:101", File.ReadAllText(_folder["out/report.md"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_build_ends_with_130()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var run = CommandRun.Of(Program.CreateRoot(ModelOpening.Backends), ["data", "build", Texts("a.jsonl", 1), "-o", _folder["out"]], cancellation.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.False(Path.Exists(_folder["out"]));
    }

    [Fact]
    public void A_dataset_comes_from_the_hub_that_is_named_and_from_no_other()
    {
        using var hub = new FakeHub();
        hub.Add("data/a.jsonl", Encoding.UTF8.GetBytes("""{"text": "one"}"""), lfs: true);
        hub.Add("README.md", "# Set"u8.ToArray(), lfs: false);
        var got = Json(CommandRun.Of("data", "get", "owner/set", "--hub", hub.Address, "-o", _folder["set"], "--files", "data/*", "--json"));
        Assert.Equal(FakeHub.Commit, got.GetProperty("revision").GetString());
        Assert.Equal("data/a.jsonl", Assert.Single(got.GetProperty("files").EnumerateArray()).GetProperty("path").GetString());
        Assert.True(File.Exists(_folder["set/dataset.json"]));
        Assert.Equal(4, CommandRun.Of("data", "get", "owner/none", "--hub", hub.Address, "-o", _folder["set"]).ExitCode);
        var nowhere = CommandRun.Of("data", "get", "owner/set", "-o", _folder["set"]);
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains(DatasetHub.AddressVariable, nowhere.Stderr, StringComparison.Ordinal);
    }
}
