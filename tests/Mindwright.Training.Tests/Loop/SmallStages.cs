using Mindwright.Evaluation.Statistics;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Each stage in a size that trains in a test, and what it left in a run folder.</summary>
internal static class SmallStages
{
    public static TheoryData<string> Names => ["pretrain", "sft", "reason"];

    public static TrainerOptions Options(int steps) => new()
    {
        Steps = steps,
        Optimizer = new OptimizerOptions(),
        Schedule = new Schedule(0.1, 0.5, 0),
    };

    public static IStage Create(string name, Transformer model)
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
                (count, seed) => [.. Enumerable.Range(seed & 7, count).Select(i => new Problem("test", $"What is {i}?", $"{i}"))], 1,
                // What a random model does about every other time, so that there is something to learn.
                (problem, answer, ended) => answer.Content.Length % 2),
        };
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

/// <summary>Hands a stage's steps on, and lets a test change or watch them.</summary>
internal sealed class WrappedStage(IStage inner, Func<int, IGradients, CancellationToken, StepResult> step) : IStage
{
    public string Name => inner.Name;

    public StepResult Step(int number, IGradients gradients, CancellationToken cancellation) => step(number, gradients, cancellation);

    public IReadOnlyDictionary<string, double> Evaluate(int done) => inner.Evaluate(done);
}

/// <summary>Keeps what it is told, and lets a test do something after each step.</summary>
internal sealed class RecordedProgress(Action<StepInfo>? onStep = null) : IProgressSink
{
    public List<string> Messages { get; } = [];

    public void Step(StepInfo step) => onStep?.Invoke(step);

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
