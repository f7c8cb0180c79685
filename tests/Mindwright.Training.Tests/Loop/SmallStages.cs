using System.Text.Json;
using Mindwright.Data;
using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tests;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;
using Mindwright.Training.Rollouts;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Each stage in a size that trains in a test, and what it left in a run folder.</summary>
internal static class SmallStages
{
    public static TheoryData<string> Names => ["pretrain", "sft", "reason"];

    public static TrainerOptions Options(int steps) => new() { Steps = steps, Schedule = new Schedule(0.1, 0.5, 0) };

    public static TrainedModel Trained(Transformer model, bool muon = true) => new(model, new OptimizerOptions { Muon = muon });

    /// <summary>A hundred documents as token ids, of ten lengths.</summary>
    public static int[][] Documents { get; } = [.. Enumerable.Range(0, 100).Select(i =>
        SmallModel.Tokenizer.Encode(string.Concat(Enumerable.Repeat($"What is {i} and {i % 7}? The answer to that is {i + i % 7}, my friend. ", 1 + i % 3))))];

    public static TokenDataset InMemory(IReadOnlyList<int[]> documents) =>
        TokenDataset.InMemory("test", documents, SmallModel.Format.EndOfText, SmallModel.Tokenizer.VocabularySize);

    public static OwningStage Create(string name, Transformer model)
    {
        if (name == "pretrain")
        {
            var text = new PretrainText(new DatasetRows(InMemory(Documents), 32, 1), new HeldOut([Documents[0][..20]], 60), [], []);
            return new OwningStage(new PretrainStage(model, new PretrainSection { Batch = 4, MicroBatch = 2, SequenceLength = 32 }, text), text);
        }
        if (name == "sft")
        {
            return new OwningStage(new SftStage(model, new SftSection { Batch = 4, MicroBatch = 4, SequenceLength = 64 }, new ConversationRows(
                [.. Enumerable.Range(0, 30).Select(i => SmallModel.Format.Encode([new(ChatRole.User, $"What is {i}?"), new(ChatRole.Assistant, $"{i + 1}")]))], 64, 1)));
        }
        var policy = new TorchLanguageModel(model);
        // What a random model does about every other time, so that there is something to learn.
        var rollout = new Rollout(policy, SmallModel.Format, new FunctionGrader((_, answer) => Grade.Of(answer.Text.Length % 2 == 1)));
        return new OwningStage(new ReasonStage(
            model, new ReasonSection { ProblemsPerStep = 2, GroupSize = 4, MaxTokens = 8 }, rollout,
            (count, seed) => [.. Enumerable.Range(seed & 7, count).Select(i => new Problem("test", $"What is {i}?", $"{i}"))], 1), policy);
    }

    public static RunFolder CreateRun(string path) => RunFolder.Create(Path.GetDirectoryName(path)!, "test", "", "", DateTimeOffset.UnixEpoch, path);

    public static float[] Weights(Transformer model) => model.Weights.Values.data<float>().ToArray();

    /// <summary>The losses in a run's metrics, each step once and in order.</summary>
    public static double[] Losses(string run, string stage)
    {
        var rows = MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Where(r => r.Stage == stage).ToArray();
        Assert.Equal(Enumerable.Range(1, rows.Length), rows.Select(r => (int)r.Step));
        return [.. rows.Select(r => r["loss"]!.Value)];
    }
}

/// <summary>A stage together with what it reads from.</summary>
internal sealed class OwningStage(IStage inner, IDisposable? owned = null) : IStage, IDisposable
{
    public string Name => inner.Name;

    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation) => inner.Step(step, gradients, cancellation);

    public IReadOnlyDictionary<string, double> Evaluate(int step) => inner.Evaluate(step);

    public JsonElement? Cursor => inner.Cursor;

    public void Seek(JsonElement cursor) => inner.Seek(cursor);

    public void Dispose() => owned?.Dispose();
}

/// <summary>Hands a stage's steps on, and lets a test change or watch them.</summary>
internal sealed class WrappedStage(IStage inner, Func<int, IGradients, CancellationToken, StepResult> step) : IStage
{
    public string Name => inner.Name;

    public StepResult Step(int number, IGradients gradients, CancellationToken cancellation) => step(number, gradients, cancellation);

    public IReadOnlyDictionary<string, double> Evaluate(int done) => inner.Evaluate(done);

    public JsonElement? Cursor => inner.Cursor;

    public void Seek(JsonElement cursor) => inner.Seek(cursor);
}

/// <summary>Hands gradients on, and lets a test do something before each update.</summary>
internal sealed class TappedGradients(IGradients inner, Action beforeUpdate) : IGradients
{
    public ICollective Collective => inner.Collective;

    public T Share<T>(T batch)
        where T : Batch => inner.Share(batch);

    public void Backward(TorchSharp.torch.Tensor loss) => inner.Backward(loss);

    public double Update()
    {
        beforeUpdate();
        return inner.Update();
    }
}

/// <summary>Keeps what it is told, and lets a test do something after each step.</summary>
internal sealed class RecordedProgress(Action<StepInfo>? onStep = null) : IProgressSink
{
    public List<string> Messages { get; } = [];

    public List<StepInfo> Steps { get; } = [];

    public void Step(StepInfo step)
    {
        Steps.Add(step);
        onStep?.Invoke(step);
    }

    public void Message(string text) => Messages.Add(text);

    public void StageStarted(StageInfo stage)
    {
    }

    public void Sample(string stage, string text)
    {
    }

    public void StageFinished(string stage, IReadOnlyDictionary<string, double> figures)
    {
    }
}
