using Mindwright.Data.Problems;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;
using Mindwright.Training.Tests.Loop;
using Mindwright.Workbench.Runs;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Runs of the pipeline that take seconds.</summary>
internal static class SmallRun
{
    /// <summary>A recipe for stages over an imported model; its conversations are written into the folder.</summary>
    public static Recipe Recipe(TempFolder temp, int rank = 0)
    {
        var data = temp["chats.jsonl"];
        File.WriteAllLines(data, Enumerable.Range(0, 60).Select(i => ChatJson.Format([
            new(ChatRole.User, $"What is {i} and {i % 7}?"), new(ChatRole.Assistant, $"The answer is {i + i % 7}, my friend.")])));
        return new Recipe
        {
            Compute = new() { Precision = Precision.Fp32, Threads = 1 },
            Lora = new() { Rank = rank, Alpha = 8 },
        }
        .With(new SftSection { Paths = [data], Steps = 16, Batch = 4, MicroBatch = 4, SequenceLength = 64, MatrixRate = 0.02, EmbeddingRate = 0.01, Decay = 0.5 })
        .With(new ReasonSection
        {
            Problems = [new() { BuiltIn = BuiltInProblems.Compare }],
            Steps = 2,
            ProblemsPerStep = 2,
            GroupSize = 2,
            MaxTokens = 8,
            EvaluationProblems = 2,
        });
    }

    /// <summary>Makes a run folder of that name and runs stages in it; ranks other than 0 have none.</summary>
    public static RunResult Run(
        TempFolder temp, string name, Recipe recipe, IReadOnlyList<string> stages, string? from, IProgressSink? progress = null, ICollective? collective = null,
        CancellationToken cancellation = default)
    {
        using var run = collective is { Rank: > 0 } ? null : SmallStages.CreateRun(temp[name]);
        if (run is not null)
            AtomicFile.WriteText(run.ResolvedPath, RecipeWriter.Write(recipe));
        return RunPipeline.Run(recipe, run, stages, progress ?? SilentProgress.Instance, from: from, collective: collective, cancellation: cancellation);
    }

    /// <summary>Runs stages until a step of the last of them is done.</summary>
    public static void Interrupt(TempFolder temp, string name, Recipe recipe, IReadOnlyList<string> stages, string? from, int afterStep, ICollective? collective = null)
    {
        using var stop = new CancellationTokenSource();
        var progress = new StoppingProgress(stages[^1], afterStep, stop);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(temp, name, recipe, stages, from, progress, collective, stop.Token));
    }

    public static RunResult Resume(string path, IProgressSink? progress = null)
    {
        using var run = RunFolder.Open(path);
        return RunPipeline.Resume(run, progress ?? SilentProgress.Instance);
    }

    /// <summary>The weights of a run's model.</summary>
    public static float[] Weights(string run)
    {
        using var model = ModelFolder.Load(Path.Combine(run, "model"), trainable: false);
        return SmallStages.Weights(model);
    }

    private sealed class StoppingProgress(string stage, int step, CancellationTokenSource stop) : IProgressSink
    {
        private string? _stage;

        public void StageStarted(StageInfo info) => _stage = info.Name;

        public void Step(StepInfo info)
        {
            if (_stage == stage && info.Step == step)
                stop.Cancel();
        }

        public void Sample(string name, string text)
        {
        }

        public void Message(string text)
        {
        }

        public void StageFinished(string name, IReadOnlyDictionary<string, double> figures)
        {
        }
    }
}
