using System.Text;
using Mindwright.Evaluation.Statistics;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Testing;
using Mindwright.Training;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Workbench.Tests.Sweep;

public sealed class SweepPipelineTests
{
    [Fact]
    public void An_interrupted_sweep_goes_on_to_the_same_figures_and_leaves_what_others_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["text.txt"], Text());
        var recipe = new Recipe
        {
            Compute = new ComputeSection { Device = "cpu", Precision = Precision.Fp32, Threads = 1 },
            Data = new DataSection { Paths = [folder["text.txt"]], HeldOut = 0.05, WorldDocuments = 0, CompareDocuments = 0, MultiplyDocuments = 0 },
            Tokenizer = new TokenizerSection { Vocabulary = 320 },
            Model = new ModelSection { Context = 32 },
            Pretrain = new PretrainSection { Batch = 4, MicroBatch = 4, Row = 32, EvaluationTokens = 500 },
            Sweep = new SweepSection { Depths = [1, 2, 3], Tokens = [1_280, 2_560, 5_120], Budget = 4e9, Factor = 2 },
        };
        var whole = Run(recipe, folder["whole"], stopAt: int.MaxValue)!;
        Assert.Null(Run(recipe, folder["broken"], stopAt: 60));
        SweepOutcome resumed;
        using (var run = RunFolder.Open(folder["broken"]))
        {
            Assert.True(SweepPipeline.IsSweep(run));
            resumed = SweepPipeline.Resume(run, SilentProgress.Instance, TestContext.Current.CancellationToken);
        }
        Assert.Equal(whole.Ladder.Select(r => r.Row), resumed.Ladder.Select(r => r.Row));
        Assert.Equal(whole.Target.Loss, resumed.Target.Loss);
        Assert.Equal(whole.Predicted, resumed.Predicted);

        Assert.True(whole.Ladder.Count >= 6);
        Assert.InRange(whole.Target.Point.Flops / (2 * 4e9), 0.9, 1.1);
        Assert.Equal(whole.Ladder.Select(r => r.Row), RunLosses.Read(folder["whole"]));
        Assert.Equal(whole.Fit.Law.Alpha, LossFitFile.Read(folder["whole/fit.json"]).Law.Alpha, 1e-9);
        Assert.Contains(RunReport.Read(folder["whole"]).Sections, section => section.Title == "Loss over compute");
        Assert.True(File.Exists(folder["whole/model/config.json"]));
    }

    private static SweepOutcome? Run(Recipe recipe, string folder, int stopAt)
    {
        using var run = RunFolder.Create("", "sweep", "", RecipeWriter.Write(recipe), DateTimeOffset.UnixEpoch, folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            return SweepPipeline.Run(recipe, run, new StopAfter(stopAt, stop), cancellation: stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // A little grammar: something to learn, and no word like the last.
    private static string Text()
    {
        var random = new Random(1);
        string[] who = ["the cat", "a dog", "my aunt", "the baker", "a gull"], does = ["sees", "likes", "follows", "paints"], what = ["the sea", "a boat", "old bread", "the moon"];
        var text = new StringBuilder();
        for (var i = 0; i < 6000; i++)
            text.Append($"{who[random.Next(who.Length)]} {does[random.Next(does.Length)]} {what[random.Next(what.Length)]}. ");
        return text.ToString();
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgressSink
    {
        private int _steps;

        public void Step(StepInfo step)
        {
            if (++_steps == steps)
                stop.Cancel();
        }

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
}
