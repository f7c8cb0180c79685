using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Reason;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Reason;

public sealed class ReasonStageTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    public void Sampled_log_probabilities_equal_those_that_training_scores(double temperature)
    {
        using var model = SmallModel.Create();
        var episodes = Sample(model, new SamplingOptions { Temperature = temperature, Seed = 3 });
        foreach (var episode in episodes)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            int[] ids = [.. episode.Prompt, .. episode.Answer];
            var all = tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0);
            var scored = model.TokenLogProbs(model.Hidden(all.narrow(1, 0, ids.Length - 1)), all.narrow(1, 1, ids.Length - 1), temperature)[0];
            for (var t = 0; t < episode.Answer.Length; t++)
                Assert.Equal(scored[episode.Prompt.Length - 1 + t].item<float>(), episode.LogProbs[t], 1e-4);
        }
    }

    [Fact]
    public void Sampled_log_probabilities_equal_scored_ones_under_top_k_too()
    {
        using var model = SmallModel.Create();
        var sampling = new SamplingOptions { Temperature = 0.8, TopK = 5, Seed = 3 };
        var sampler = new Sampler(sampling);
        foreach (var episode in Sample(model, sampling))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            int[] ids = [.. episode.Prompt, .. episode.Answer];
            var logits = model.Logits(model.Hidden(tensor(ids.Select(i => (long)i).ToArray()).unsqueeze(0)))[0]; // [T, V]
            for (var t = 0; t < episode.Answer.Length; t++)
                Assert.Equal(sampler.Score(logits[episode.Prompt.Length - 1 + t].data<float>().ToArray(), episode.Answer[t]), episode.LogProbs[t], 1e-3);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_first_minibatch_is_on_policy_and_what_was_rewarded_becomes_more_probable(int minibatches)
    {
        using var model = SmallModel.Create();
        // What a random model does about every other time: its text has an even length.
        var section = new ReasonSection { Questions = 4, Group = 8, MaxTokens = 6, Minibatches = minibatches };
        var problems = Problems(4);
        var stage = new ReasonStage(model, section, SmallModel.Format, (_, _) => problems, 1, Even);
        var options = new TrainerOptions { Steps = 40, Optimizer = new() { MatrixRate = 0.003 }, Schedule = new(0, 0, 1) };
        var steps = new CollectedSteps();
        using var trainer = new Trainer(model, options, progress: steps);
        trainer.Run(stage, cancellation: TestContext.Current.CancellationToken);
        Assert.True(steps[0]["groups_with_signal"] > 0);
        if (minibatches == 1)
        {
            Assert.All(Enumerable.Range(0, steps.Count), step => Assert.Equal(1, steps[step]["ratio"], 1e-5));
            Assert.All(Enumerable.Range(0, steps.Count), step => Assert.Equal(0, steps[step]["clip_fraction"]));
        }
        double Reward(Range range) => Enumerable.Range(0, steps.Count).Take(range).Average(step => steps[step]["reward"]);
        Assert.True(Reward(^8..) > Reward(..8) + 0.1, $"{Reward(..8)} then {Reward(^8..)}");
    }

    private sealed class CollectedSteps : IProgressSink
    {
        private readonly List<IReadOnlyDictionary<string, double>> _steps = [];

        public int Count => _steps.Count;

        public IReadOnlyDictionary<string, double> this[int step] => _steps[step];

        public void Step(StepInfo step) => _steps.Add(step.Metrics);

        public void StageStarted(StageInfo stage)
        {
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

    private static double Even(Problem problem, ChatMessage answer, bool ended) => answer.Content.Length % 2 == 0 ? 1 : 0;

    [Fact]
    public void Only_what_the_policy_wrote_carries_its_advantage()
    {
        var problem = Problems(1)[0];
        var batch = ReasonStage.Collate([
            new(new Episode(problem, [1, 2, 3], [4, 5], [0, 0], 1), 0.5),
            new(new Episode(problem, [1, 2], [6, 7, 8], [0, 0, 0], 0), -0.5)]);
        Assert.Equal(4, batch.Time);
        Assert.Equal([2, 3, 4, 5, 2, 6, 7, 8], batch.Targets.Select(t => (int)t));
        Assert.Equal([0, 0, 0.5f, 0.5f, 0, -0.5f, -0.5f, -0.5f], batch.Weights!);
    }

    [Fact]
    public void The_verifier_wants_the_exact_answer_and_an_end()
    {
        var answer = new ChatMessage(ChatRole.Assistant, " 9.9\n") { Thinking = "9.11,9.90" };
        var problem = new Problem("compare", "Which is larger, 9.11 or 9.9?", "9.9");
        Assert.Equal(1, Verifiers.ExactAnswer(problem, answer, ended: true));
        Assert.Equal(0, Verifiers.ExactAnswer(problem, answer, ended: false));
        Assert.Equal(0, Verifiers.ExactAnswer(problem with { Answer = "9.11" }, answer, ended: true));
        Assert.Equal(0, Verifiers.ExactAnswer(problem, answer with { Content = "9.9 or 9.11" }, ended: true));
    }

    private static IReadOnlyList<Episode> Sample(Transformer model, SamplingOptions sampling) =>
        new Rollout(new TorchLanguageModel(model), SmallModel.Format).Sample(Problems(3), 4, 10, sampling, TestContext.Current.CancellationToken);

    private static Problem[] Problems(int count) => [.. Enumerable.Range(0, count).Select(i => new Problem("test", $"What is {i}?", $"{i}"))];
}
