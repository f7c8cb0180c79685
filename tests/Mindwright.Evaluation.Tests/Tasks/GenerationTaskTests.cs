using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class GenerationTaskTests
{
    [Fact]
    public void The_answer_after_thinking_is_what_is_judged_and_the_thinking_is_apart()
    {
        var judged = Judged("<think>\n7? no</think>\n\n8");
        Assert.Equal(("8", "7? no", true), (judged.Text, judged.Message.Thinking, judged.Ended));
    }

    [Fact]
    public void A_model_that_continues_text_is_cut_off_at_the_next_question() => Assert.Equal("8", Judged("8\nQuestion: more?").Text);

    [Fact]
    public void An_answer_that_was_cut_off_has_not_ended()
    {
        var judged = Judged(new string('8', 100));
        Assert.Equal((60, 60, false), (judged.Text.Length, judged.Tokens, judged.Ended));
    }

    [Fact]
    public void Drawn_answers_do_not_depend_on_the_batch_they_are_drawn_in()
    {
        var grader = new FunctionGrader((_, answer) => Grade.Of(answer.Text.Length + answer.Text.Sum(c => c)));
        var items = Enumerable.Range(0, 3).Select(i => new GenerationItem(new("t", $"{i}", ""), [new("length", grader)])).ToArray();
        var model = FunctionModel.OverBytes(tokens => FunctionModel.Noise(tokens, 258));
        var task = new GenerationTask("t", "length", items, new(Samples: 2, Temperature: 1, MaxNewTokens: 5), "");
        Assert.Equal(
            task.Evaluate(model, [0, 1, 2], default).Select(result => result.Values["length"]),
            new[] { 0, 1, 2 }.Select(item => task.Evaluate(model, [item], default)[0].Values["length"]));
    }

    [Fact]
    public void A_measure_is_a_score_or_a_part_of_it_and_its_grader_is_asked_once()
    {
        var asked = 0;
        var grader = new FunctionGrader((_, _) => new Grade(asked++ * 0.25, new Dictionary<string, double> { ["style"] = 1 }));
        var task = new GenerationTask("t", "all", [new(new("t", "Q\u0001", ""), [new("all", grader), new("style", grader, "style")])], new(), "");
        Assert.Equal(
            new Dictionary<string, double> { ["all"] = 0, ["style"] = 1 },
            task.Evaluate(FunctionModel.OverBytes(FunctionModel.Writes(_ => "8")), [0], default)[0].Values);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void An_item_that_a_grader_fails_at_counts_neither_as_right_nor_as_wrong_and_is_told()
    {
        using var folder = new TempFolder();
        var broken = true;
        var task = Items(4, new FunctionGrader((problem, _) => problem.Question[0] == '1' && broken ? throw new InvalidDataException("no power") : Grade.Of(true)));
        var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => "8"));
        var result = new EvaluationRunner(model, folder.Path).Run(task, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1.0, 3, 1, "function: no power"), (result.Main.Value.Estimate, result.Main.Items, result.Failed, result.Failure));
        Assert.Contains("no power", Mindwright.Runs.Report.MarkdownReport.Render(
            new("t", "s", [new EvaluationResults("m", null, [result], new Dictionary<string, string>()).ToSection()])), StringComparison.Ordinal);

        // The next run tries it again: a failure is not kept.
        broken = false;
        result = new EvaluationRunner(model, folder.Path).Run(task, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((4, 0), (result.Main.Items, result.Failed));
    }

    [Fact]
    public void A_task_of_which_nothing_can_be_graded_is_an_error_that_says_why()
    {
        var task = Items(2, new FunctionGrader((_, _) => Grade.Failed("no power")));
        var error = Assert.Throws<GradingException>(() => new EvaluationRunner(FunctionModel.OverBytes(FunctionModel.Writes(_ => "8")), null).Run(
            task, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("no power", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_answers_pass_at_k_is_told_where_all_could_be_graded()
    {
        var answers = 0;
        var grader = new FunctionGrader((_, _) => answers++ == 1 ? Grade.Failed("no power") : Grade.Of(true));
        var task = new GenerationTask("t", "m", [.. Enumerable.Range(0, 2).Select(i => new GenerationItem(new("t", $"{i}\u0001", ""), [new("m", grader)]))], new(Samples: 2, Temperature: 1), "");
        var results = task.Evaluate(FunctionModel.OverBytes(FunctionModel.Writes(_ => "8")), [0, 1], default);
        Assert.Empty(results[0].Values);
        Assert.Equal(["m", "m pass@2"], results[1].Values.Keys);
    }

    [Fact]
    public void Several_answers_need_a_temperature() =>
        Assert.Throws<ArgumentException>(() => new GenerationTask("t", "m", [], new(Samples: 4, Temperature: 0), ""));

    [Fact]
    public void Gsm8k_is_scored_strictly_and_flexibly()
    {
        var path = TestData.PathOrSkip("reasoning/gsm8k-test-first-half.jsonl");
        double[] Scores(string answer)
        {
            // The scripted model knows the prompt only by its end, so the marker is put there.
            var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => answer), contextLength: 4000);
            var chatty = new TextModel
            {
                Model = model.Model,
                Encode = model.Encode,
                Decode = model.Decode,
                Hash = "m",
                Start = 256,
                StopIds = [257],
                ChatPrompt = messages => model.EncodeFromStart(messages[^1].Content + "\u0001"),
            };
            var values = GenerationTasks.Gsm8k(path, null, new()).Evaluate(chatty, [0], default)[0].Values;
            return [values["strict"], values["flexible"]];
        }
        Assert.Equal([1, 1], Scores("She makes $18.\n#### 18"));
        Assert.Equal([0, 1], Scores("She makes $18."));
        Assert.Equal([0, 0], Scores("She makes $17."));
    }

    [Fact]
    public void Reference_solutions_pass_their_own_tests_in_a_sandbox_and_wrong_ones_do_not()
    {
        var path = TestData.PathOrSkip("reasoning/humaneval-0-81.jsonl");
        Assert.SkipUnless(File.Exists("/usr/bin/python3") || File.Exists("/usr/local/bin/python3"), "needs python3 as the sandbox");
        var reference = DataFile.Read(path).Items[0].Text("canonical_solution");
        foreach (var (answer, passed) in new[] { (reference, 1), ("    return False\n", 0), ("    raise SystemExit(1)", 0) })
        {
            var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => answer), contextLength: 4000);
            var chatty = new TextModel
            {
                Model = model.Model,
                Encode = model.Encode,
                Decode = model.Decode,
                Hash = "m",
                Start = 256,
                StopIds = [257],
                ChatPrompt = messages => model.EncodeFromStart(messages[^1].Content + "\u0001"),
            };
            Assert.Equal(passed, CodeTask.HumanEval(path, ["python3", "-"], new(MaxNewTokens: 600)).Evaluate(chatty, [0], default)[0].Values["passed"]);
        }
    }

    [Fact]
    public void A_sandbox_that_does_not_start_fails_and_one_that_works_tells_wrong_from_right()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        using var folder = new TempFolder();
        File.WriteAllText(folder["h.jsonl"], """{"prompt": "def f():\n", "entry_point": "f", "test": "def check(f): pass"}""" + "\n");
        ItemResult Run(params string[] sandbox) => CodeTask.HumanEval(folder["h.jsonl"], sandbox, new(MaxNewTokens: 20))
            .Evaluate(FunctionModel.OverBytes(FunctionModel.Writes(_ => "pass"), contextLength: 4000), [0], default)[0];
        Assert.Equal(1, Run("/bin/sh", "-c", "cat >&2").Values["passed"]);
        Assert.Equal(0, Run("/bin/sh", "-c", "! grep check").Values["passed"]);
        Assert.Contains("cannot be started", Run("no-such-sandbox").Failure, StringComparison.Ordinal);
        Assert.Contains("exit code 125: no daemon", Run("/bin/sh", "-c", "echo no daemon >&2; exit 125").Failure, StringComparison.Ordinal);
    }

    private static GenerationTask Items(int count, IGrader grader) => new(
        "t", "m", [.. Enumerable.Range(0, count).Select(i => new GenerationItem(new("t", $"{i}\u0001", ""), [new("m", grader)]))], new(MaxNewTokens: 4), "");

    private static Answer Judged(string written)
    {
        Answer? judged = null;
        var grader = new FunctionGrader((_, answer) =>
        {
            judged = answer;
            return Grade.Of(true);
        });
        new GenerationTask("t", "m", [new(new Problem("t", "Q\u0001", ""), [new("m", grader)], Stops: ["\nQuestion:"])], new(MaxNewTokens: 60), "")
            .Evaluate(FunctionModel.OverBytes(FunctionModel.Writes(_ => written)), [0], default);
        return judged!;
    }
}
