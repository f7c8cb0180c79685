using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public class TokenizerCommandTests
{
    private static readonly string s_text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"the {i % 37} little birds sang in tree {i % 11}\n"));

    [Fact]
    public void A_tokenizer_that_was_trained_can_be_inspected_and_measured()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["a.txt"], s_text);
        var train = CommandRun.Of("tokenizer", "train", folder["a.txt"], "--vocabulary", "280", "--output", folder["tok"], "--json");
        Assert.True(train.ExitCode == 0, train.Stderr);
        Assert.Equal(280, JsonDocument.Parse(train.Stdout).RootElement.GetProperty("vocabulary_size").GetInt32());

        var inspect = CommandRun.Of("tokenizer", "inspect", "--tokenizer", folder["tok"], "--text", folder["a.txt"], "--against", folder["tok"], "--most", "3", "--json");
        var report = JsonDocument.Parse(inspect.Stdout).RootElement;
        Assert.Equal(1, report.GetProperty("special_tokens").GetInt32());
        Assert.True(report.GetProperty("fertility").GetProperty("bytes_per_token").GetDouble() > 2);
        Assert.True(JsonElement.DeepEquals(report.GetProperty("fertility"), report.GetProperty("against").GetProperty(folder["tok"])));
        Assert.Equal(3, report.GetProperty("merges").GetArrayLength());

        var bench = CommandRun.Of("bench", "tokenizer", "--tokenizer", folder["tok"], "--file", folder["a.txt"], "--json");
        Assert.Equal(s_text.Length, JsonDocument.Parse(bench.Stdout).RootElement.GetProperty("bytes").GetInt32());
    }

    [Fact]
    public void Too_large_a_vocabulary_is_bad_data_and_names_the_size_there_can_be()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["a.txt"], "a b c");
        var train = CommandRun.Of("tokenizer", "train", folder["a.txt"], "--vocabulary", "300", "--output", folder["tok"]);
        Assert.Equal(4, train.ExitCode);
        Assert.Contains("257", train.Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["tok"]));
    }

    [Fact]
    public void An_unknown_pattern_is_wrong_usage()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["a.txt"], "a b c");
        var train = CommandRun.Of("tokenizer", "train", folder["a.txt"], "--vocabulary", "257", "--pattern", "gpt9", "--output", folder["tok"]);
        Assert.Equal(2, train.ExitCode);
        Assert.Contains("gpt9", train.Stderr, StringComparison.Ordinal);
    }
}
