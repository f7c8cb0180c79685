using Mindwright.Evaluation.Tasks;
using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class CoreTaskTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Solved_examples_come_first_and_the_item_itself_is_never_among_them()
    {
        var task = Task(CoreKind.MultipleChoice, shots: 2, delimiter: "\nA: ",
            """{"query":"Q0","choices":["w0","r0"],"gold":1}""",
            """{"query":"Q1","choices":["r1","w1"],"gold":0}""",
            """{"query":"Q2","choices":["w2","r2"],"gold":1}""");
        for (var item = 0; item < 3; item++)
        {
            var prompts = task.Prompts(item);
            Assert.Equal(2, prompts.Length);
            var parts = prompts[0].Split("\n\n");
            Assert.Equal(3, parts.Length);
            Assert.StartsWith($"Q{item}\nA: ", parts[2], StringComparison.Ordinal);
            Assert.Equal(
                Enumerable.Range(0, 3).Where(i => i != item).Select(i => $"Q{i}\nA: r{i}"), parts[..2].Order(StringComparer.Ordinal));
            Assert.Equal(parts[..2], prompts[1].Split("\n\n")[..2]);
        }
    }

    [Fact]
    public void The_choice_with_the_lowest_mean_loss_wins_however_long_it_is()
    {
        // Every byte "r" costs little, every other one more: "rrrr" has the lower mean but the larger sum than "z".
        var model = FunctionModel.OverBytes(_ =>
        {
            var logits = new float[258];
            (logits['r'], logits['z']) = (5, 4.8f);
            return logits;
        });
        var task = Task(CoreKind.MultipleChoice, 0, " ", """{"query":"Q","choices":["z","rrrr"],"gold":1}""");
        Assert.Equal(1, task.Evaluate(model, [0], default)[0].Values["acc"]);
    }

    [Fact]
    public void A_schema_is_decided_by_its_common_end()
    {
        // Only where a "c" came before does the model expect letters of "feared".
        var model = FunctionModel.OverBytes(tokens =>
        {
            var logits = new float[258];
            if (tokens.Contains('c'))
                foreach (var letter in " feard")
                    logits[letter] = 9;
            return logits;
        });
        var task = Task(CoreKind.Schema, 0, " ", """{"context_options":["the demonstrators","the councilmen"],"continuation":"feared","gold":1}""");
        Assert.Equal(1, task.Evaluate(model, [0], default)[0].Values["acc"]);
    }

    [Fact]
    public void Language_modeling_asks_for_the_exact_greedy_continuation()
    {
        var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => " 17"));
        var right = Task(CoreKind.LanguageModeling, 0, " ", "{\"context\":\"op 17 =\\u0001\",\"continuation\":\"17\"}");
        var wrong = Task(CoreKind.LanguageModeling, 0, " ", "{\"context\":\"op 17 =\\u0001\",\"continuation\":\"18\"}");
        Assert.Equal(1, right.Evaluate(model, [0], default)[0].Values["acc"]);
        Assert.Equal(0, wrong.Evaluate(model, [0], default)[0].Values["acc"]);
    }

    [Theory]
    [InlineData("arc_easy")]
    [InlineData("piqa")]
    [InlineData("winogrande")]
    [InlineData("lambada_openai")]
    public void A_random_model_centers_at_zero_within_its_interval(string name)
    {
        // Noise that depends on all that came before: no item's luck is another's.
        var model = FunctionModel.OverBytes(tokens => FunctionModel.Noise(tokens, 258), contextLength: 200);
        var definition = CoreDefinition.All.Single(core => core.Name == name) with { Shots = 0 };
        var task = new CoreTask(definition, TestData.PathOrSkip("evals/core/" + definition.File));
        var result = new EvaluationRunner(model, cacheFolder: null).Run(task, limit: 60, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Centered!.Value.Contains(0), $"{result.Centered}");
        // Where guessing is hopeless, there is no chance level to be told from.
        Assert.Equal(definition.Kind == CoreKind.LanguageModeling ? "" : "chance", result.Main.Verdict);
    }

    [Fact]
    public void Centering_puts_the_baseline_at_zero_and_perfection_at_one()
    {
        var task = Task(CoreKind.MultipleChoice, 0, " ", """{"query":"Q","choices":["a","b"],"gold":1}""");
        var centered = task.Center(new Interval(1, 0.25, 1));
        Assert.Equal((1, 0), (centered.Estimate, Math.Round(centered.Low, 12)));
    }

    [Fact]
    public void All_of_CORE_that_is_there_reads()
    {
        TestData.PathOrSkip("evals/core");
        var read = CoreDefinition.All.Where(core => File.Exists(Path.Combine(TestData.Root, "evals/core", core.File)))
            .Select(core => new CoreTask(core, Path.Combine(TestData.Root, "evals/core", core.File))).ToArray();
        Assert.Equal(22, CoreDefinition.All.Count);
        Assert.Equal(18, read.Length);
        Assert.All(read, task => Assert.All(task.Prompts(task.Count - 1), prompt => Assert.NotEmpty(prompt)));
    }

    [Fact]
    public void An_item_of_another_kind_is_named() => Assert.Contains(
        "item 1", Assert.Throws<InvalidDataException>(() => Task(CoreKind.Schema, 0, " ", """{"query":"Q","choices":[],"gold":0}""")).Message, StringComparison.Ordinal);

    private CoreTask Task(CoreKind kind, int shots, string delimiter, params string[] lines)
    {
        var path = _folder["items.jsonl"];
        File.WriteAllLines(path, lines);
        return new(new("test", "items.jsonl", kind, shots, Baseline: 0.25, delimiter), path);
    }
}
