using System.Text.Json;
using Mindwright.Evaluation.Graders;
using Mindwright.Inference.Files;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Tests;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Reinforcement learning on problems of one's own, with graders of one's own, from an imported model.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class OwnProblemsTests
{
    private const int Problems = 120;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Word_sums_graded_by_their_number_are_learned_from_and_measured_on_sums_that_were_held_out(int rank)
    {
        using var temp = new TempFolder();
        var recipe = Recipe(temp, rank, new() { Name = "number" });
        var result = SmallRun.Run(temp, "run", recipe, ["reason"], Import(temp)).Of<ReasonResult>()!;

        Assert.Equal(["all", "Addition", "Subtraction"], result.Rates.Select(rate => rate.Kind).Order(StringComparer.Ordinal).OrderByDescending(kind => kind == "all"));
        Assert.All(result.Rates, rate => Assert.InRange(rate.Pass1Before.Estimate, 0, rate.Pass8Before.Estimate));
        Assert.Equal(8, result.Samples.Count);
        Assert.All(result.Samples, sample => Assert.StartsWith("Ann has", sample.Question, StringComparison.Ordinal));

        var rows = Rows(temp["run"]);
        Assert.Equal([1, 2, 3], rows.Select(row => (int)row.Step));
        Assert.All(rows, row => Assert.InRange(row["reward"]!.Value, 0, 1));
        Assert.All(rows, row => Assert.Null(row["grader_failures"]));
        Assert.Equal(rank > 0, Directory.Exists(temp["run/adapters/reason"]));
        Assert.Contains(temp["sums.jsonl"], RunFolder.ReadManifest(temp["run"]).Data.Select(file => file.Path));
        // The model's own template was used, and stays with it.
        var (before, after) = (ModelTokenizer.Load(temp["base"]), ModelTokenizer.Load(temp["run/model"]));
        ChatMessage[] question = [new(ChatRole.User, "How many has she?")];
        Assert.Equal(before.Chat.EncodePrompt(question), after.Chat.EncodePrompt(question));
        Assert.StartsWith("<|im_start|>user\nHow", after.Tokenizer.Decode(after.Chat.EncodePrompt(question)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_rewarded_becomes_more_frequent_on_problems_that_were_held_out()
    {
        using var temp = new TempFolder();
        // An answer without an e: what a random model gives now and then.
        var recipe = Recipe(temp, 0, new() { Name = "regex", Pattern = "^[^e]*$" });
        recipe = recipe.With(recipe.Stage<ReasonSection>() with { Steps = 20, ProblemsPerStep = 4, GroupSize = 8, MaxTokens = 8, MatrixRate = 0.01, EmbeddingRate = 0.001 });
        var all = SmallRun.Run(temp, "run", recipe, ["reason"], Import(temp)).Of<ReasonResult>()!.Rates[0];
        Assert.True(all.Pass1After.Estimate > all.Pass1Before.Estimate + 0.1, $"{all.Pass1Before.Estimate} then {all.Pass1After.Estimate}");
    }

    [Fact]
    public void A_grader_that_fails_too_often_stops_the_run_with_its_own_words()
    {
        using var temp = new TempFolder();
        // A number is wanted, and every other expected answer has none.
        var recipe = Recipe(temp, 0, new() { Name = "number" }, answer: i => i % 2 == 0 ? "many" : $"{i}");
        var error = Assert.Throws<InvalidDataException>(() => SmallRun.Run(temp, "run", recipe, ["reason"], Import(temp)));
        Assert.Contains("more than reason.max_grader_failures allows", error.Message, StringComparison.Ordinal);
        Assert.Contains("the expected answer 'many' has no number", error.Message, StringComparison.Ordinal);
        var summary = RunSummary.Read(temp["run"]);
        Assert.Equal((RunStatus.Failed, error.Message), (summary.Status, summary.Failure));
    }

    [Fact]
    public void A_grader_that_fails_now_and_then_is_counted_and_what_it_did_not_grade_is_left_out()
    {
        using var temp = new TempFolder();
        var recipe = Recipe(temp, 0, new() { Name = "number" }, answer: i => i % 2 == 0 ? "many" : $"{i}");
        recipe = recipe.With(recipe.Stage<ReasonSection>() with { MaxGraderFailures = 0.9 });
        var result = SmallRun.Run(temp, "run", recipe, ["reason"], Import(temp)).Of<ReasonResult>()!;
        var rows = Rows(temp["run"]);
        Assert.Contains(rows, row => row["grader_failures"] > 0);
        Assert.All(rows, row => Assert.Equal(0, (row["grader_failures"] ?? 0) % 4)); // all four answers to such a problem
        Assert.All(result.Rates, rate => Assert.False(double.IsNaN(rate.Pass1Before.Estimate)));
        Assert.Equal(RunStatus.Done, RunSummary.Read(temp["run"]).Status);
    }

    private static Recipe Recipe(TempFolder temp, int rank, GraderSection grader, Func<int, string>? answer = null)
    {
        // As SVAMP has them.
        File.WriteAllLines(temp["sums.jsonl"], Enumerable.Range(0, Problems).Select(i => JsonSerializer.Serialize(new
        {
            Body = $"Ann has {i + 7} apples.",
            Question = $"She {(i % 3 == 0 ? "eats" : "finds")} {i % 5}. How many has she?",
            Answer = answer?.Invoke(i) ?? $"{(i % 3 == 0 ? i + 7 - i % 5 : i + 7 + i % 5)}.0",
            Type = i % 3 == 0 ? "Subtraction" : "Addition",
        })));
        return SmallRun.Recipe(temp, rank).With(new ReasonSection
        {
            Problems = [new() { Paths = [temp["sums.jsonl"]], HeldOut = 0.2 }],
            Graders = [grader],
            Steps = 3,
            ProblemsPerStep = 6,
            GroupSize = 4,
            MaxTokens = 12,
            EvaluationProblems = 8,
        });
    }

    private static string Import(TempFolder temp) => ImportedModel.Write(temp["base"], Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>");

    private static MetricsRow[] Rows(string run) => [.. MetricsLog.Read(Path.Combine(run, RunFolder.MetricsFile)).Where(row => row.Stage == "reason")];
}
