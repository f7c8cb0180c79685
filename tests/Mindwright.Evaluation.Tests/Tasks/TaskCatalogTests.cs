using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class TaskCatalogTests
{
    private static readonly TextModel Model = FunctionModel.OverBytes(_ => new float[258], contextLength: 600);

    [Fact]
    public void Every_task_whose_data_are_there_can_be_made_and_the_rest_say_what_they_miss()
    {
        TestData.PathOrSkip("evals/core");
        var catalog = new TaskCatalog(TestData.Root);
        var missing = new List<string>();
        foreach (var name in TaskCatalog.TasksOf("all").Except(TaskCatalog.WordTasks.Keys))
        {
            try
            {
                Assert.True(catalog.Create(name, Model, new()).Count > 0, name);
            }
            catch (Exception e) when (e is FileNotFoundException or NotSupportedException)
            {
                missing.Add(name);
            }
        }
        Assert.Equal(["core/coqa", "core/hellaswag", "core/hellaswag_zeroshot", "core/squad", "humaneval", "mbpp"], missing.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("reasoning/gsm8k-train.jsonl", typeof(GenerationTask))]
    [InlineData("evals/train-splits/arc_easy-val.jsonl", typeof(ChoiceTask))]
    [InlineData("evals/core/lambada_openai.jsonl", typeof(ContinuationTask))]
    [InlineData("evals/blimp-open.jsonl.gz", typeof(BlimpTask))]
    [InlineData("evals/bbh/navigate.json", typeof(GenerationTask))]
    public void A_file_of_ones_own_is_a_task_too(string path, Type kind) =>
        Assert.IsType(kind, new TaskCatalog(TestData.Root).Create(TestData.PathOrSkip(path), Model, new()));

    [Fact]
    public void A_misspelled_name_gets_a_suggestion() => Assert.Contains(
        "core/arc_easy", Assert.Throws<ArgumentException>(() => new TaskCatalog(".").Create("arc_e", Model, new())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_suite_skips_what_is_missing_and_reports_the_rest()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["copa.jsonl"], "{\"query\":\"Q\",\"choices\":[\"a\",\"b\"],\"gold\":0}\n");
        var results = EvaluationSuite.Run(
            TaskCatalog.TasksOf("core"), new(folder.Path), Model, null, new(), limit: 5, cacheFolder: null, skipMissing: true,
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["core/copa"], results.Tasks.Select(task => task.Task));
        Assert.Equal(21, results.Skipped.Count);
        Assert.NotNull(results.Core);
        Assert.Contains("chance", Mindwright.Runs.Report.MarkdownReport.Render(new("t", "s", [results.ToSection()])), StringComparison.Ordinal);
    }
}
