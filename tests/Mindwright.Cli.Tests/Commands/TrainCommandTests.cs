using System.Text.Json;
using Mindwright.Cli.Common;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TrainCommandTests()
    {
        SmallRun.WriteText(_folder);
        File.WriteAllText(_folder["recipe.toml"], "name = \"two\"\nstages = [\"pretrain\", \"sft\"]\n");
        SmallRun.WriteChats(_folder);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_name_the_stages_of_the_recipe_are_run_in_their_order()
    {
        var run = Train("--config", _folder["recipe.toml"]);
        Assert.True(run.ExitCode == 0, run.Stderr);
        Assert.True(run.Stdout.IndexOf("] pretrain", StringComparison.Ordinal) is >= 0 and var first && run.Stdout.IndexOf("] sft", StringComparison.Ordinal) > first);
        Assert.True(File.Exists(_folder["run/results/pretrain.json"]));
        Assert.True(File.Exists(_folder["run/results/sft.json"]));
        Assert.Equal("done", Status());
    }

    [Fact]
    public void A_name_runs_that_stage_alone_and_a_later_one_goes_on_with_the_run()
    {
        var pretrained = Train("pretrain", "--config", _folder["recipe.toml"], "--json");
        Assert.True(pretrained.ExitCode == 0, pretrained.Stderr);
        Assert.Equal(["pretrain", "tokenizer"], Stages(pretrained));
        Assert.False(File.Exists(_folder["run/results/sft.json"]));

        var tuned = Train("sft", "--config", _folder["recipe.toml"], "--json");
        Assert.True(tuned.ExitCode == 0, tuned.Stderr);
        Assert.Equal(["pretrain", "sft", "tokenizer"], Stages(tuned));
    }

    [Fact]
    public void A_recipe_that_names_no_stages_is_wrong_usage_and_leaves_no_folder()
    {
        var run = Train();
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("pretrain, sft, reason", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("stages = [", run.Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void A_stage_that_does_not_exist_is_named_with_those_that_do()
    {
        var run = Train("--set", "stages=['pretrain', 'finetune']");
        Assert.Equal(ExitCodes.BadRecipe, run.ExitCode);
        Assert.Contains("\"finetune\"; there are pretrain, sft, reason", run.Stderr, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, CommandRun.Of("train", "finetune").ExitCode);
    }

    [Fact]
    public void A_model_to_start_from_does_not_go_with_a_stage_that_makes_one()
    {
        var run = Train("--config", _folder["recipe.toml"], "--from", _folder.Path);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("--from: the first stage, pretrain, makes a model", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_failed_says_why_and_goes_on_once_that_is_put_right()
    {
        SmallRun.WriteChats(_folder, "{damaged\n");
        var run = Train("--config", _folder["recipe.toml"]);
        Assert.Equal(ExitCodes.BadData, run.ExitCode);
        var message = run.Stderr.Trim()["error: ".Length..];
        Assert.Contains("chats.jsonl", message, StringComparison.Ordinal);

        var shown = CommandRun.Of("runs", "show", _folder["run"]);
        Assert.Contains($"\nfailed: {message}\n", shown.Stdout, StringComparison.Ordinal);
        Assert.Contains("pretrain  step 3", shown.Stdout, StringComparison.Ordinal);
        Assert.Equal("failed", Status());
        Assert.Equal(message, Summary().GetProperty("failure").GetString());

        SmallRun.WriteChats(_folder);
        var resumed = CommandRun.Of("runs", "resume", _folder["run"]);
        Assert.True(resumed.ExitCode == 0, resumed.Stderr);
        Assert.Contains("pretrain is done already", resumed.Stdout, StringComparison.Ordinal);
        Assert.Equal("done", Status());
        Assert.DoesNotContain("failed", CommandRun.Of("runs", "show", _folder["run"]).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_not_there_fails_the_run_too()
    {
        var run = CommandRun.Of(["train", "pretrain", "--output", _folder["run"], .. SmallRun.Settings(_folder["missing.txt"])]);
        Assert.Equal(ExitCodes.BadData, run.ExitCode);
        Assert.Matches("failed: .*missing.txt", CommandRun.Of("runs", "show", _folder["run"]).Stdout);
    }

    private CommandRun Train(params string[] args) =>
        CommandRun.Of(["train", .. args, "--output", _folder["run"], .. SmallRun.Settings(_folder["text.txt"]), "--set", $"sft.paths=['{_folder["chats.jsonl"]}']"]);

    private static IEnumerable<string> Stages(CommandRun run) => JsonDocument.Parse(run.Stdout).RootElement.GetProperty("stages").EnumerateObject()
        .Where(stage => stage.Value.ValueKind != JsonValueKind.Null).Select(stage => stage.Name).Order(StringComparer.Ordinal);

    private JsonElement Summary() => JsonDocument.Parse(CommandRun.Of("runs", "show", _folder["run"], "--json").Stdout).RootElement.GetProperty("run");

    private string Status() => Summary().GetProperty("status").GetString()!;
}
