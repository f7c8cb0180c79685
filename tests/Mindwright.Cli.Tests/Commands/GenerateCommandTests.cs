using System.Text.Json;
using Mindwright.Inference.Opening;
using Mindwright.Inference.Tests;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class GenerateCommandTests
{
    [Fact]
    public void Json_and_plain_output_hold_the_same_text_and_the_same_seed_repeats_it()
    {
        using var folder = new TempFolder();
        ModelFolders.WithoutWeights(folder.Path);
        string[] args = ["generate", folder.Path, "--prompt", "the sky", "--max-tokens", "12", "--seed", "3"];
        var plain = CommandRun.Of(Table, args);
        var json = CommandRun.Of(Table, [.. args, "--json"]);
        Assert.Equal((0, 0, "", ""), (plain.ExitCode, json.ExitCode, plain.Stderr, json.Stderr));
        var document = JsonDocument.Parse(json.Stdout).RootElement;
        Assert.Equal(plain.Stdout, document.GetProperty("text").GetString() + "\n");
        Assert.InRange(document.GetProperty("tokens").GetInt32(), 1, 12);
        Assert.True(document.GetProperty("log_prob").GetDouble() < 0);
        Assert.NotEqual(plain.Stdout, CommandRun.Of(Table, [.. args[..^1], "4"]).Stdout);
    }

    [Fact]
    public void A_text_ends_at_the_models_own_stop_id_which_is_not_shown()
    {
        using var folder = new TempFolder();
        ModelFolders.WithoutWeights(folder.Path);
        var run = CommandRun.Of(Scripted(" is blue<|im_end|>and so on"), "generate", folder.Path, "--prompt", "the sky", "--json");
        var document = JsonDocument.Parse(run.Stdout).RootElement;
        Assert.Equal(" is blue", document.GetProperty("text").GetString());
        Assert.Equal("stop", document.GetProperty("finish").GetString());
    }

    [Fact]
    public void Chat_answers_with_the_thinking_apart()
    {
        using var folder = new TempFolder();
        ModelFolders.WithoutWeights(folder.Path);
        var open = Scripted("<think>\nEarth?\n</think>\n\nBlue.<|im_end|>");
        var json = CommandRun.Of(open, "generate", folder.Path, "--chat", "--prompt", "Sky?", "--json");
        var document = JsonDocument.Parse(json.Stdout).RootElement;
        Assert.Equal(("Blue.", "Earth?"), (document.GetProperty("text").GetString(), document.GetProperty("thinking").GetString()));
        Assert.Equal("<think>\nEarth?\n</think>\nBlue.\n", CommandRun.Of(open, "generate", folder.Path, "--chat", "--prompt", "Sky?").Stdout);
    }

    [Theory]
    [InlineData("--top-p", "1.5")]
    [InlineData("--temperature", "-1")]
    [InlineData("--max-tokens", "0")]
    [InlineData("--system", "Be brief.")]
    public void An_option_that_makes_no_sense_is_a_usage_error_that_names_it(string option, string value)
    {
        var run = CommandRun.Of(Table, "generate", "nowhere", "--prompt", "x", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_from_disk_writes_through_libtorch()
    {
        using var folder = new TempFolder();
        ModelFolders.Tiny(folder.Path);
        var run = CommandRun.Of("generate", folder.Path, "--prompt", "the sky", "--max-tokens", "8", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
        Assert.InRange(JsonDocument.Parse(run.Stdout).RootElement.GetProperty("tokens").GetInt32(), 1, 8);
    }

    private static ModelBackends Table { get; } = TestBackend.Only(_ => new TableModel(SmallTokenizer.Instance.VocabularySize, 64, seed: 5));

    private static ModelBackends Scripted(string script) => TestBackend.Only(_ =>
    {
        var model = new ScriptedModel(SmallTokenizer.Instance.VocabularySize, 1000);
        model.Scripts.Add(SmallTokenizer.Ids(script));
        return model;
    });
}
