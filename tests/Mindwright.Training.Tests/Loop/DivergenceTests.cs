using System.Text.Json;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using TorchSharp;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Training that goes wrong: gradients that are not finite, and losses that spike.</summary>
public sealed class DivergenceTests
{
    private const double BadLoss = 30;

    [Fact]
    public void A_gradient_that_is_not_finite_is_skipped_and_counted()
    {
        using var temp = new TempFolder();
        using var model = SmallModel.Create();
        using var run = SmallStages.CreateRun(temp["run"]);
        using var trained = SmallStages.Trained(model);
        var trainer = new Trainer([trained], SmallStages.Options(12) with { MaxSkipped = 3 }, run);
        float[]? before = null;
        using var stage = SmallStages.Create("pretrain", model);
        trainer.Run(Poisoned(stage, model, step => step is 4 or 5 or 8, w => before ??= w));
        Assert.Equal(3, trainer.Skipped); // two in a row are fewer than three
        Assert.All(SmallStages.Weights(model), w => Assert.True(float.IsFinite(w)));
        var rows = MetricsLog.Read(run.MetricsPath).Where(r => r.Stage == "pretrain").ToArray();
        Assert.Equal(12, rows.Length);
        Assert.Null(rows[3]["skipped_updates"]);
        Assert.Equal(3, rows[^1]["skipped_updates"]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Too_many_in_a_row_stop_the_stage_with_the_last_good_checkpoint_and_the_batch_in_a_file(float poison)
    {
        using var temp = new TempFolder();
        using var model = SmallModel.Create();
        using var run = SmallStages.CreateRun(temp["run"]);
        using var trained = SmallStages.Trained(model);
        var trainer = new Trainer([trained], SmallStages.Options(20) with { MaxSkipped = 3 }, run);
        float[]? good = null;
        using var stage = SmallStages.Create("pretrain", model);
        var error = Assert.Throws<DivergedException>(() => trainer.Run(Poisoned(stage, model, step => step >= 5, weights => good ??= weights, poison)));
        Assert.Equal(good, SmallStages.Weights(model));
        var checkpoint = run.Checkpoints.LatestValid("pretrain")!;
        Assert.Equal(5, checkpoint.Step);
        Assert.Equal(checkpoint.Folder, error.Checkpoint);
        Assert.Contains(checkpoint.Folder, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Dump!, error.Message, StringComparison.Ordinal);

        var dump = JsonDocument.Parse(File.ReadAllBytes(error.Dump!)).RootElement;
        Assert.Equal(8, dump.GetProperty("step").GetInt32());
        var rows = dump.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(32, row.GetProperty("inputs").GetArrayLength()));

        // Once the cause is gone, it goes on from there as if nothing had been.
        trainer.Run(stage, resume: true);
        using var other = SmallModel.Create();
        using var otherTrained = SmallStages.Trained(other);
        using var clean = SmallStages.Create("pretrain", other);
        new Trainer([otherTrained], SmallStages.Options(20)).Run(clean);
        Assert.Equal(SmallStages.Weights(other), SmallStages.Weights(model));
        Assert.Equal(20, SmallStages.Losses(run.Path, "pretrain").Length);
    }

    [Fact]
    public void A_bad_batch_is_found_the_run_goes_back_and_leaves_it_out()
    {
        using var temp = new TempFolder();
        var batches = new List<int>();
        var (weights, losses, skipped, _) = TrainWithBadBatch(temp["run"], batches: batches);
        // Back from batch 33 to the rewind point at 30: what came since is left out, and 40 steps are done all the same.
        Assert.Equal(4, skipped);
        Assert.Equal([.. Enumerable.Range(0, 34), .. Enumerable.Range(34, 10)], batches);
        Assert.DoesNotContain(BadLoss, losses);
        Assert.True(losses[^5..].Average() < losses[20..30].Average(), "and training has recovered");

        var (unguarded, badLosses, _, _) = TrainWithBadBatch(temp["unguarded"], threshold: 0);
        Assert.True(badLosses[^5..].Average() > losses[^5..].Average(), $"{badLosses[^5..].Average()} against {losses[^5..].Average()}");
        Assert.NotEqual(unguarded, weights);
    }

    [Theory]
    [InlineData(32)] // between rewind point and spike
    [InlineData(30)] // after the rewind, at the rewind point itself
    [InlineData(31)]
    [InlineData(36)] // after the rewind
    public void A_run_with_a_rewind_resumes_bit_for_bit(int stopAfter)
    {
        using var temp = new TempFolder();
        var whole = TrainWithBadBatch(temp["whole"]);
        TrainWithBadBatch(temp["broken"], stopAfter: stopAfter, stopOnSecondVisit: stopAfter is 30 or 31);
        var broken = TrainWithBadBatch(temp["broken"]);
        Assert.Equal(whole.Weights, broken.Weights);
        Assert.Equal(whole.Losses, broken.Losses);
        Assert.Equal(whole.Skipped, broken.Skipped);
    }

    [Fact]
    public void A_loss_that_stays_high_is_a_new_level_and_not_a_spike()
    {
        using var temp = new TempFolder();
        using var model = SmallModel.Create();
        using var run = SmallStages.CreateRun(temp["run"]);
        using var inner = SmallStages.Create("pretrain", model);
        var progress = new RecordedProgress();
        using var trained = SmallStages.Trained(model);
        var trainer = new Trainer([trained], Guarded(40, 8), run, progress);
        trainer.Run(new WrappedStage(inner, (step, gradients, cancellation) =>
        {
            var result = inner.Step(step, gradients, cancellation);
            return step < 25 ? result : result with { Loss = result.Loss + 50 };
        }));
        Assert.Contains(progress.Messages, m => m.Contains("it is not the batches", StringComparison.Ordinal));
        Assert.Equal(40, SmallStages.Losses(run.Path, "pretrain").Length);
    }

    [Fact]
    public void The_usual_ups_and_downs_are_no_spikes()
    {
        var guard = new SpikeGuard(8, 32);
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
            Assert.False(guard.IsSpike(5 * Math.Exp(-i / 300.0) + 2 + 0.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        Assert.True(guard.IsSpike(4));
        Assert.False(guard.IsSpike(double.NaN));
        Assert.Equal(32, guard.Losses.Count);
    }

    private static TrainerOptions Guarded(int steps, double threshold) =>
        SmallStages.Options(steps) with { SpikeThreshold = threshold, SpikeWindow = 20, RewindEvery = 10 };

    private static WrappedStage Poisoned(OwningStage inner, Transformer model, Func<int, bool> isBad, Action<float[]> onBad, float poison = float.NaN) =>
        new(inner, (step, gradients, cancellation) => inner.Step(step, !isBad(step) ? gradients : new TappedGradients(gradients, () =>
        {
            onBad(SmallStages.Weights(model));
            using (torch.no_grad())
                model.Weights.Gradients![7] = poison;
        }), cancellation));

    // Batch 33 teaches nonsense, at a rate that ruins the model.
    private static (float[] Weights, double[] Losses, int Skipped, RecordedProgress Progress) TrainWithBadBatch(
        string path, double threshold = 8, List<int>? batches = null, int? stopAfter = null, bool stopOnSecondVisit = false)
    {
        using var model = SmallModel.Create();
        var resume = RunFolder.IsRun(path);
        using var run = resume ? RunFolder.Open(path) : SmallStages.CreateRun(path);
        using var stop = new CancellationTokenSource();
        using var inner = SmallStages.Create("pretrain", model);
        var visits = 0;
        var stage = new WrappedStage(inner, (batch, gradients, cancellation) =>
        {
            batches?.Add(batch);
            var result = inner.Step(batch, gradients, cancellation);
            if (batch != 33)
                return result;
            using (torch.no_grad())
                model.Weights.Values.add_(model.Weights.Values.sign().mul_(0.5));
            visits++;
            if (stopAfter == 30 && stopOnSecondVisit)
                stop.Cancel();
            return result with { Loss = BadLoss };
        });
        var progress = new RecordedProgress(info =>
        {
            if (info.Step == stopAfter && (!stopOnSecondVisit || visits > 0))
                stop.Cancel();
        });
        using var trained = SmallStages.Trained(model);
        var trainer = new Trainer([trained], Guarded(40, threshold), run, progress);
        try
        {
            trainer.Run(stage, resume, stop.Token);
            Assert.Null(stopAfter);
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
        return (SmallStages.Weights(model), SmallStages.Losses(path, "pretrain"), trainer.SkippedBatches, progress);
    }
}
