using System.Text;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Testing;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Tests;
using Mindwright.Training.Tests.Loop;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Workbench.Tests.Sweep;

[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class SweepPipelineTests
{
    [Fact]
    public void An_interrupted_sweep_goes_on_to_the_same_figures_and_leaves_what_others_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["text.txt"], Text());
        var recipe = (SweepRecipe)new SweepRecipe
        {
            Compute = new ComputeSection { Device = "cpu", Precision = Precision.Fp32, Threads = 1 },
            Data = new DataSection { Paths = [folder["text.txt"]], HeldOut = 0.05 },
            Tokenizer = new TokenizerSection { Vocabulary = 320 },
            Model = new ModelSection { Context = 32 },
            Sweep = new SweepSection { Depths = [1, 2, 3], Tokens = [1_280, 2_560, 5_120], Budget = 4e9, Factor = 2 },
        }.With(new PretrainSection { Batch = 4, MicroBatch = 4, SequenceLength = 32, EvaluationTokens = 500 });
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

    private static SweepOutcome? Run(SweepRecipe recipe, string folder, int stopAt)
    {
        using var run = RunFolder.Create("", "sweep", "", RecipeWriter.Write(recipe), DateTimeOffset.UnixEpoch, folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            var steps = 0;
            var progress = new RecordedProgress(_ =>
            {
                if (++steps == stopAt)
                    stop.Cancel();
            });
            return SweepPipeline.Run(recipe, run, progress, cancellation: stop.Token);
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
}
