using System.Collections.Concurrent;
using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tests;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Tests.Loop;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Stages.Reason;

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
        var section = new ReasonSection { ProblemsPerStep = 4, GroupSize = 8, MaxTokens = 6, Minibatches = minibatches };
        var problems = Problems(4);
        using var policy = new TorchLanguageModel(model);
        var stage = new ReasonStage(model, section, new Rollout(policy, SmallModel.Format, Even), (_, _) => problems, 1);
        using var trained = new TrainedModel(model, new() { MatrixRate = 0.003 });
        var progress = new RecordedProgress();
        new Trainer([trained], new TrainerOptions { Steps = 40, Schedule = new(0, 0, 1) }, progress: progress).Run(stage, cancellation: TestContext.Current.CancellationToken);
        var steps = progress.Steps.ConvertAll(step => step.Metrics);
        Assert.True(steps[0]["groups_with_signal"] > 0);
        if (minibatches == 1)
        {
            Assert.All(steps, step => Assert.Equal(1, step["ratio"], 1e-5));
            Assert.All(steps, step => Assert.Equal(0, step["clip_fraction"]));
        }
        double Reward(Range range) => steps.Take(range).Average(step => step["reward"]);
        Assert.True(Reward(^8..) > Reward(..8) + 0.1, $"{Reward(..8)} then {Reward(^8..)}");
    }

    [Fact]
    public void Only_what_the_policy_wrote_carries_its_advantage()
    {
        var problem = Problems(1)[0];
        var batch = ReasonStage.Collate([
            new(new Episode(problem, [1, 2, 3], [4, 5], [0, 0], Grade.Of(1)), 0.5),
            new(new Episode(problem, [1, 2], [6, 7, 8], [0, 0, 0], Grade.Of(0)), -0.5)]);
        Assert.Equal(4, batch.Time);
        Assert.Equal([2, 3, 4, 5, 2, 6, 7, 8], batch.Targets.Select(t => (int)t));
        Assert.Equal([0, 0, 1, 1, 0, 1, 1, 1], batch.Mask);
        Assert.Equal([0, 0, 0.5f, 0.5f, 0, -0.5f, -0.5f, -0.5f], batch.Advantages);
    }

    [Fact]
    public void An_answer_that_did_as_its_group_did_on_average_is_among_what_is_learned_from()
    {
        using var model = SmallModel.Create();
        using var policy = new TorchLanguageModel(model);
        double[] scores = [0, 0.5, 1, 0.5]; // of each group, in whatever order
        var graded = new ConcurrentDictionary<string, int>();
        var grader = new FunctionGrader((problem, _) => Grade.Of(scores[graded.AddOrUpdate(problem.Answer, 0, (_, count) => count + 1)]));
        var stage = new ReasonStage(
            model, new ReasonSection { ProblemsPerStep = 2, GroupSize = 4, MaxTokens = 4 }, new Rollout(policy, SmallModel.Format, grader), (count, _) => Problems(count), 1);
        var gradients = new SeenBatches();
        var step = stage.Step(0, gradients, TestContext.Current.CancellationToken);
        var batch = Assert.IsType<PolicyBatch>(Assert.Single(gradients.Batches));
        Assert.Equal(8, batch.Rows);
        Assert.Contains(batch.Advantages.Zip(batch.Mask), at => at is { First: 0, Second: 1 });
        Assert.Equal(8 * step.Metrics!["answer_tokens"], batch.Total);
        Assert.Equal(2, step.Metrics["groups_with_signal"]);
    }

    [Fact]
    public void Answers_that_could_not_be_graded_leave_their_group_and_are_counted()
    {
        using var model = SmallModel.Create();
        using var policy = new TorchLanguageModel(model);
        var problems = Problems(4);
        // Of the first problem nothing can be graded; of the others the grade is the number of the call.
        var graded = 0;
        var grader = new FunctionGrader((problem, _) => problem == problems[0] ? Grade.Failed("the grader is asleep") : Grade.Of(Interlocked.Increment(ref graded)));
        ReasonStage Stage(double allowed) => new(
            model, new ReasonSection { ProblemsPerStep = 4, GroupSize = 3, MaxTokens = 4, MaxGraderFailures = allowed },
            new Rollout(policy, SmallModel.Format, grader), (_, _) => problems, 1);
        var gradients = new SeenBatches();
        var step = Stage(0.25).Step(0, gradients, TestContext.Current.CancellationToken);
        Assert.Equal(3, step.Metrics!["grader_failures"]);
        Assert.Equal(5, step.Metrics["reward"]); // the mean of 1 to 9
        Assert.Equal(3, step.Metrics["groups_with_signal"]);
        Assert.Equal(9, Assert.Single(gradients.Batches).Rows);

        var error = Assert.Throws<InvalidDataException>(() => Stage(0.24).Step(0, new SeenBatches(), TestContext.Current.CancellationToken));
        Assert.Contains("3 of 12", error.Message, StringComparison.Ordinal);
        Assert.Contains("the grader is asleep", error.Message, StringComparison.Ordinal);
    }

    private static FunctionGrader Even { get; } = new((_, answer) => Grade.Of(answer.Text.Length % 2 == 0));

    private static IReadOnlyList<Episode> Sample(Transformer model, SamplingOptions sampling)
    {
        using var policy = new TorchLanguageModel(model);
        return new Rollout(policy, SmallModel.Format, Even).Sample(Problems(3), 4, 10, sampling, cancellation: TestContext.Current.CancellationToken);
    }

    private static Problem[] Problems(int count) => [.. Enumerable.Range(0, count).Select(i => new Problem("test", $"What is {i}?", $"{i}"))];

    /// <summary>Keeps what a stage learns from, and learns nothing.</summary>
    private sealed class SeenBatches : IGradients
    {
        public List<Batch> Batches { get; } = [];

        public T Share<T>(T batch)
            where T : Batch
        {
            Batches.Add(batch);
            return batch;
        }

        public void Backward(Tensor loss)
        {
        }

        public double Update() => 0;
    }
}
