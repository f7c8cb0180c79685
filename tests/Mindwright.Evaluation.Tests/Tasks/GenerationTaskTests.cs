using Mindwright.Evaluation.Tasks;
using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class GenerationTaskTests
{
    [Fact]
    public void The_answer_after_thinking_is_what_is_judged()
    {
        var judged = new List<string>();
        var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => "<think>7? no</think>\n\n8"));
        Task(answer => judged.Add(answer)).Evaluate(model, [0], default);
        Assert.Equal(["8"], judged);
    }

    [Fact]
    public void A_model_that_continues_text_is_cut_off_at_the_next_question()
    {
        var judged = new List<string>();
        var model = FunctionModel.OverBytes(FunctionModel.Writes(_ => "8\nQuestion: more?"));
        Task(answer => judged.Add(answer)).Evaluate(model, [0], default);
        Assert.Equal(["8"], judged);
    }

    [Fact]
    public void Drawn_answers_do_not_depend_on_the_batch_they_are_drawn_in()
    {
        var items = Enumerable.Range(0, 3).Select(i => new GenerationItem($"{i}", answer => new Dictionary<string, double> { ["length"] = answer.Length + answer.Sum(c => c) })).ToArray();
        var model = FunctionModel.OverBytes(tokens => FunctionModel.Noise(tokens, 258));
        var task = new GenerationTask("t", "length", items, new(Samples: 2, Temperature: 1, MaxNewTokens: 5), "");
        Assert.Equal(
            task.Evaluate(model, [0, 1, 2], default).Select(result => result.Values["length"]),
            new[] { 0, 1, 2 }.Select(item => task.Evaluate(model, [item], default)[0].Values["length"]));
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
                ChatPrompt = question => model.EncodeFromStart(question + "\u0001"),
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
                ChatPrompt = question => model.EncodeFromStart(question + "\u0001"),
            };
            Assert.Equal(passed, CodeTask.HumanEval(path, ["python3", "-"], new(MaxNewTokens: 600)).Evaluate(chatty, [0], default)[0].Values["passed"]);
        }
    }

    private static GenerationTask Task(Action<string> judge) => new("t", "m", [new("Q\u0001", answer =>
    {
        judge(answer);
        return new Dictionary<string, double> { ["m"] = 1 };
    }, Stops: ["\nQuestion:"])], new(MaxNewTokens: 60), "");
}
