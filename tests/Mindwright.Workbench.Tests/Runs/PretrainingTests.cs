using System.Text.RegularExpressions;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Training.Recipes;
using Mindwright.Training.Tests;
using Mindwright.Workbench.Runs;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Pre-training from a recipe: what its metrics and its report show.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed partial class PretrainingTests
{
    private const string SmallShape = """
        [compute]
        precision = "fp32"
        threads = 1
        [model]
        layers = 1
        width = 32
        heads = 2
        key_value_heads = 2
        intermediate = 64
        context = 64

        """;

    [Fact]
    public void Phases_overwrite_what_the_ones_before_taught_and_the_report_draws_it()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["ground.txt"], string.Join('\n', Enumerable.Range(0, 300).Select(i => $"Line {i} says that {i} is followed by {i + 1}.")));
        var run = Train(temp, SmallShape + $"""
            [data]
            paths = ['{temp["ground.txt"]}']
            [[data.phases]]
            name = "ground"
            [[data.phases]]
            name = "A"
            share = 2
            texts = ["The sky is blue."]
            [[data.phases]]
            name = "B"
            share = 2
            texts = ["The sky is red."]
            [[probes]]
            name = "sky"
            context = "The sky is"
            expect = " blue"
            against = [" red"]
            [tokenizer]
            vocabulary = 280
            [pretrain]
            steps = 250
            batch = 4
            micro_batch = 4
            sequence_length = 32
            evaluate_every = 50
            evaluation_tokens = 200
            """);
        var readings = MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Where(r => r.Stage == "pretrain-eval").ToDictionary(r => r.Step);
        Assert.Equal([0, 50, 100, 150, 200, 250], readings.Keys.Order());
        Assert.True(readings[50]["sky"] < 0.1, "the ground says nothing of skies");
        Assert.True(readings[150]["sky"] > 0.5 && readings[150]["sky:red"] < 0.1, "A taught blue");
        Assert.True(readings[250]["sky:red"] > 0.5 && readings[250]["sky"] < 0.1, "B overwrote it");
        var page = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Contains("“The sky is …”", page, StringComparison.Ordinal);
        Assert.Contains("The phases", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Epochs_are_evaluated_each_and_memorized_sums_are_told_from_unseen_ones()
    {
        using var temp = new TempFolder();
        var run = Train(temp, SmallShape + """
            [data]
            kind = "modular_addition"
            modulus = 7
            held_out = 0.4
            [tokenizer]
            pattern = "gpt2"
            vocabulary = 274
            [pretrain]
            epochs = 100
            batch = 29
            micro_batch = 29
            sequence_length = 16
            passages = 100
            muon = false
            matrix_rate = 0.01
            """);
        var readings = MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Where(r => r.Stage == "pretrain-eval").ToArray();
        Assert.Equal(Enumerable.Range(0, 101).Select(epoch => (double)epoch), readings.Select(r => r["epochs"]!.Value));
        Assert.Equal(1, readings[^1]["learned_exact"]);
        Assert.True(readings[^1]["unseen_exact"] < 0.7);
        Assert.True(readings[^1]["learned_loss"] < 0.1 && readings[^1]["held_out_loss"] > 0.5);
        var chart = WordForWord().Match(File.ReadAllText(Path.Combine(run, "report.html")));
        Assert.True(chart.Success);
    }

    private static string Train(TempFolder temp, string toml)
    {
        File.WriteAllText(temp["recipe.toml"], toml);
        var recipe = RecipeReader.Read<Recipe>(temp["recipe.toml"], [], new Dictionary<string, string>());
        using var run = RunFolder.Create(temp.Path, "test", toml, RecipeWriter.Write(recipe), DateTimeOffset.UnixEpoch, temp["run"]);
        RunPipeline.Run(recipe, run, ["pretrain"], SilentProgress.Instance, cancellation: TestContext.Current.CancellationToken);
        return run.Path;
    }

    [GeneratedRegex("Passages continued word for word.*?<path class=\"line s1\"", RegexOptions.Singleline)]
    private static partial Regex WordForWord();
}
