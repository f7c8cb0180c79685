using Mindwright.Model;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;
using Mindwright.Training.Pretrain;
using Mindwright.Training.Reason;
using Mindwright.Training.Runs;
using Mindwright.Training.Sft;
using TorchSharp;

namespace Mindwright.Training.Tests.Loop;

/// <summary>The loop: resumed runs, interruption, gradients that are not finite.</summary>
public sealed class TrainerTests
{
    public static TheoryData<string> Stages => ["pretrain", "sft", "reason"];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_run_resumed_at_step_n_is_the_uninterrupted_one_bit_for_bit(string stage)
    {
        using var whole = new TempFolder();
        using var broken = new TempFolder();
        var expected = Train(stage, whole, stopAfter: null, resume: false);
        Train(stage, broken, stopAfter: 3, resume: false);
        var actual = Train(stage, broken, stopAfter: null, resume: true);
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(Losses(whole["run"], stage), Losses(broken["run"], stage));
    }

    [Fact]
    public void The_same_seed_twice_gives_the_same_weights_bit_for_bit()
    {
        using var first = new TempFolder();
        using var second = new TempFolder();
        Assert.Equal(Train("pretrain", first, null, false).Weights, Train("pretrain", second, null, false).Weights);
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var folder = new TempFolder();
        var losses = Train("pretrain", folder, null, false, steps: 40).Losses;
        Assert.True(losses[^5..].Average() < 0.8 * losses[..5].Average());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_skipped_and_too_many_stop_the_stage()
    {
        using var model = SmallModel.Create();
        var before = model.Weights.Values.data<float>().ToArray();
        using var trainer = new Trainer(model, Options(20) with { MaxSkipped = 3 });
        Assert.Throws<InvalidOperationException>(() => trainer.Run(new PoisonedStage(model), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(3, trainer.Skipped);
        Assert.Equal(before, model.Weights.Values.data<float>().ToArray());
    }

    [Fact]
    public void Live_tensors_do_not_grow_from_step_to_step()
    {
        using var folder = new TempFolder();
        using var model = SmallModel.Create();
        using var trainer = new Trainer(model, Options(12));
        var counts = new List<long>();
        trainer.Run(new CountingStage(Stage("pretrain", model), counts), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(counts[4], counts[^1]);
    }

    private static (float[] Weights, double[] Losses) Train(string name, TempFolder folder, int? stopAfter, bool resume, int steps = 6)
    {
        using var model = SmallModel.Create();
        using var run = resume
            ? RunFolder.Open(folder["run"])
            : RunFolder.Create(folder.Path, "test", "", "", DateTimeOffset.UnixEpoch, folder["run"]);
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model, Options(steps), run, new StopAfter(stopAfter, stop));
        try
        {
            trainer.Run(Stage(name, model), resume, stop.Token);
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
        return (model.Weights.Values.data<float>().ToArray(), Losses(folder["run"], name));
    }

    private static double[] Losses(string run, string stage) =>
        [.. MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Where(r => r.Stage == stage).OrderBy(r => r.Step).Select(r => r["loss"]!.Value)];

    private static TrainerOptions Options(int steps) => new()
    {
        Steps = steps,
        Optimizer = new OptimizerOptions(),
        Schedule = new Schedule(0.1, 0.5, 0),
    };

    private static IStage Stage(string name, Transformer model)
    {
        var text = PretrainText.Stream(
            [.. Enumerable.Range(0, 100).Select(i => $"What is {i} and {i % 7}? The answer to that is {i + i % 7}, my friend.")],
            SmallModel.Tokenizer, SmallModel.Format.EndOfText, 1);
        return name switch
        {
            "pretrain" => new PretrainStage(
                model, new PretrainSection { Batch = 4, MicroBatch = 2, Row = 32 }, new PretrainText(new TokenRows(text, 32, 1), new HeldOut([text[..20]], 60), [], [])),
            "sft" => new SftStage(model, new SftSection { Batch = 4, MicroBatch = 4, Row = 64 }, new ConversationRows(
                [.. Enumerable.Range(0, 30).Select(i => SmallModel.Format.Encode([new(ChatRole.User, $"What is {i}?"), new(ChatRole.Assistant, $"{i + 1}")]))], 64, 1)),
            _ => new ReasonStage(model, new ReasonSection { Questions = 2, Group = 4, MaxTokens = 8 }, SmallModel.Format,
                (count, seed) => [.. Enumerable.Range(seed & 7, count).Select(i => new Problem("test", $"What is {i}?", $"{i}"))], 1),
        };
    }

    private sealed class StopAfter(int? step, CancellationTokenSource stop) : IProgressSink
    {
        public void StageStarted(StageInfo stage)
        {
        }

        public void Step(StepInfo info)
        {
            if (info.Step == step)
                stop.Cancel();
        }

        public void Sample(string stage, string text)
        {
        }

        public void Message(string text)
        {
        }

        public void StageFinished(string stage, IReadOnlyDictionary<string, double> figures)
        {
        }
    }

    private sealed class PoisonedStage(Transformer model) : IStage
    {
        public string Name => "poisoned";

        public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
        {
            using (torch.no_grad())
                model.Weights.Gradients!.fill_(float.NaN);
            gradients.Update();
            return new StepResult(0, 1);
        }
    }

    private sealed class CountingStage(IStage inner, List<long> counts) : IStage
    {
        public string Name => inner.Name;

        public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
        {
            counts.Add(torch.Tensor.TotalCount);
            return inner.Step(step, gradients, cancellation);
        }
    }
}
