using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Tests.Loop;

/// <summary>The loop: resumed runs, interruption and damage.</summary>
public sealed class TrainerTests
{
    [Theory]
    [InlineData("pretrain", true)]
    [InlineData("pretrain", false)]
    [InlineData("sft", true)]
    [InlineData("reason", true)]
    public void A_run_resumed_at_step_n_is_the_uninterrupted_one_bit_for_bit(string stage, bool muon)
    {
        using var temp = new TempFolder();
        var expected = Train(stage, temp["whole"], muon: muon);
        foreach (var stopAfter in new[] { 1, 3, 5 })
            Train(stage, temp["broken"], stopAfter, muon: muon);
        var actual = Train(stage, temp["broken"], muon: muon);
        Assert.Equal(expected, actual);
        Assert.Equal(SmallStages.Losses(temp["whole"], stage), SmallStages.Losses(temp["broken"], stage));
        Assert.Equal(State(temp["whole"]), State(temp["broken"])); // the optimizer, to the byte
    }

    [Theory]
    [MemberData(nameof(SmallStages.Names), MemberType = typeof(SmallStages))]
    public void The_same_seed_twice_gives_the_same_weights_bit_for_bit(string stage)
    {
        using var temp = new TempFolder();
        Assert.Equal(Train(stage, temp["first"]), Train(stage, temp["second"]));
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var temp = new TempFolder();
        Train("pretrain", temp["run"], steps: 40);
        var losses = SmallStages.Losses(temp["run"], "pretrain");
        Assert.True(losses[^5..].Average() < 0.8 * losses[..5].Average());
    }

    public static TheoryData<string, Action<string>> Damages { get; } = new()
    {
        { "a byte of the weights", folder => Flip(Path.Combine(folder, "model.safetensors")) },
        { "a byte of the optimizer", folder => Flip(Path.Combine(folder, "training", "optimizer.safetensors")) },
        { "the state is missing", folder => File.Delete(Path.Combine(folder, "training", "state.json")) },
        { "the weights are cut", folder => File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), File.ReadAllBytes(Path.Combine(folder, "model.safetensors"))[..^1]) },
    };

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void A_damaged_checkpoint_is_named_and_the_run_goes_on_exactly_from_the_one_before(string what, Action<string> damage)
    {
        using var temp = new TempFolder();
        var expected = Train("pretrain", temp["whole"]);
        Train("pretrain", temp["run"], stopAfter: 2);
        Train("pretrain", temp["run"], stopAfter: 4);
        var newest = Path.Combine(temp["run"], "checkpoints", "pretrain-step-000004");
        damage(newest);
        var warnings = new List<string>();
        Assert.Equal(expected, Train("pretrain", temp["run"], warn: warnings.Add));
        Assert.Contains(warnings, w => w.Contains(newest, StringComparison.Ordinal));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void A_step_is_broken_off_before_its_first_update_and_not_after()
    {
        using var temp = new TempFolder();
        using var model = SmallModel.Create();
        using var run = SmallStages.CreateRun(temp["run"]);
        using var stop = new CancellationTokenSource();
        using var trained = SmallStages.Trained(model);
        var trainer = new Trainer([trained], SmallStages.Options(10), run);
        using var inner = SmallStages.Create("pretrain", model);
        var seen = new List<bool>();
        var stage = new WrappedStage(inner, (step, gradients, cancellation) =>
        {
            var result = inner.Step(step, gradients, cancellation);
            if (step == 3)
            {
                stop.Cancel(); // between two updates of one step: it is done to the end
                seen.Add(cancellation.IsCancellationRequested);
                inner.Step(step, gradients, cancellation);
            }
            return result;
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Run(stage, cancellation: stop.Token));
        Assert.Equal([false], seen);
        Assert.Equal(4, run.Checkpoints.LatestValid("pretrain")!.Step);

        var before = SmallStages.Weights(model);
        using var later = new CancellationTokenSource();
        var cancelled = new WrappedStage(inner, (step, gradients, cancellation) =>
        {
            later.Cancel(); // before the first: nothing has changed, and the checkpoint is of the step before
            return inner.Step(step, gradients, cancellation);
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Run(cancelled, resume: true, later.Token));
        Assert.Equal(4, run.Checkpoints.LatestValid("pretrain")!.Step);
        Assert.Equal(before, SmallStages.Weights(model));
    }

    internal static float[] Train(string name, string path, int? stopAfter = null, int steps = 6, bool muon = true, Action<string>? warn = null)
    {
        using var model = SmallModel.Create();
        var resume = RunFolder.IsRun(path);
        using var run = resume ? RunFolder.Open(path, warn: warn) : SmallStages.CreateRun(path);
        using var stop = new CancellationTokenSource();
        using var trained = SmallStages.Trained(model, muon);
        using var stage = SmallStages.Create(name, model);
        var trainer = new Trainer([trained], SmallStages.Options(steps), run, new RecordedProgress(info =>
        {
            if (info.Step == stopAfter)
                stop.Cancel();
        }));
        try
        {
            trainer.Run(stage, resume, stop.Token);
            trainer.Save(name, steps);
        }
        catch (OperationCanceledException) when (stopAfter is not null)
        {
        }
        return SmallStages.Weights(model);
    }

    private static byte[] State(string run) =>
        File.ReadAllBytes(Path.Combine(Directory.GetDirectories(Path.Combine(run, "checkpoints")).Order(StringComparer.Ordinal).Last(), "training", "optimizer.safetensors"));

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^100] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
