using System.Text;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Several processes, played by threads, train one model as one process does.</summary>
public sealed class CollectiveTests
{
    [Theory]
    [InlineData("pretrain", 2)]
    [InlineData("pretrain", 3)]
    [InlineData("sft", 2)]
    [InlineData("reason", 2)]
    public void Any_number_of_processes_train_as_one_does(string stage, int worldSize)
    {
        var alone = Train(stage, SingleProcess.Instance);
        var together = ThreadWorld.Run(worldSize, collective => Train(stage, collective));
        foreach (var (weights, losses) in together)
        {
            Assert.Equal(together[0].Weights, weights); // all hold the same, to the bit
            AssertClose(alone.Losses, losses);
            AssertClose([.. alone.Weights.Select(w => (double)w)], [.. weights.Select(w => (double)w)]);
        }
    }

    [Theory]
    [InlineData("pretrain")]
    [InlineData("reason")]
    public void An_interrupted_run_of_two_processes_goes_on_as_the_uninterrupted_one(string stage)
    {
        using var temp = new TempFolder();
        var whole = ThreadWorld.Run(2, collective => TrainIn(temp["whole"], stage, collective));
        ThreadWorld.Run(2, collective => TrainIn(temp["broken"], stage, collective, stopAfter: 3));
        var broken = ThreadWorld.Run(2, collective => TrainIn(temp["broken"], stage, collective));
        Assert.Equal(whole[0], broken[0]);
        Assert.Equal(whole[0], broken[1]);
        Assert.Equal(SmallStages.Losses(temp["whole"], stage), SmallStages.Losses(temp["broken"], stage));
    }

    [Fact]
    public void Two_halves_of_a_batch_add_up_to_the_gradient_of_the_whole()
    {
        float[] Gradient(ICollective collective)
        {
            using var model = SmallModel.Create();
            using var trained = SmallStages.Trained(model);
            using var stage = SmallStages.Create("sft", model);
            float[] gradient = [];
            stage.Step(0, new TappedGradients(new GradientAccumulator([trained], 1, collective, _ => { }), () =>
            {
                using var sum = model.Weights.Gradients!.clone();
                collective.Sum(sum);
                gradient = sum.data<float>().ToArray();
            }), CancellationToken.None);
            return gradient;
        }

        var whole = Gradient(SingleProcess.Instance);
        foreach (var gradient in ThreadWorld.Run(2, Gradient))
            AssertClose([.. whole.Select(g => (double)g)], [.. gradient.Select(g => (double)g)]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    public void Buckets_cover_the_gradients_once(long bytes)
    {
        using var model = SmallModel.Create();
        var end = 0L;
        foreach (var (offset, count) in new GradientBuckets(model.Weights, bytes).Slices)
        {
            Assert.Equal(end, offset);
            Assert.InRange(count * sizeof(float), 1, bytes);
            end = offset + count;
        }
        Assert.Equal(model.Weights.Count, end);
    }

    [Fact]
    public void What_rank_0_says_reaches_all_and_what_each_says_is_gathered_by_rank()
    {
        var heard = ThreadWorld.Run(3, collective =>
        {
            using var scope = NewDisposeScope();
            var buffer = tensor(new[] { 1f, 2f }) * (collective.Rank + 1);
            collective.Broadcast(buffer);
            var text = Encoding.UTF8.GetString(collective.Broadcast(Encoding.UTF8.GetBytes($"rank {collective.Rank}")));
            var figures = collective.Share(() => collective.Rank == 0 ? new Dictionary<string, double> { ["loss"] = double.NaN } : throw new InvalidOperationException("not mine to measure"));
            var gathered = collective.Gather(new string('x', collective.Rank));
            collective.Barrier();
            return (Buffer: buffer.data<float>().ToArray(), text, Loss: figures["loss"], Lengths: gathered.Select(part => part.Length).ToArray());
        });
        Assert.All(heard, one =>
        {
            Assert.Equal([1f, 2f], one.Buffer);
            Assert.Equal("rank 0", one.text);
            Assert.True(double.IsNaN(one.Loss));
            Assert.Equal([0, 1, 2], one.Lengths);
        });
    }

    private static (float[] Weights, double[] Losses) Train(string name, ICollective collective)
    {
        using var model = SmallModel.Create();
        // fp32 throughout: Muon's own bf16 products would hide what is asked here.
        using var trained = SmallStages.Trained(model, muon: false);
        using var stage = SmallStages.Create(name, model);
        var progress = new RecordedProgress();
        new Trainer([trained], SmallStages.Options(6), progress: progress, collective: collective).Run(stage);
        return (SmallStages.Weights(model), [.. progress.Steps.Select(step => step.Loss!.Value)]);
    }

    /// <summary>The same in a run folder, which rank 0 alone holds.</summary>
    private static float[] TrainIn(string path, string name, ICollective collective, int? stopAfter = null)
    {
        // A rank that is not the first begins with weights of its own: what it goes on with must come from the checkpoint.
        var resume = collective.Share(() => RunFolder.IsRun(path));
        using var model = SmallModel.Create(resume ? 1 + (ulong)collective.Rank : 1);
        using var trained = SmallStages.Trained(model, muon: false);
        using var stage = SmallStages.Create(name, model);
        using var run = collective.Rank > 0 ? null : resume ? RunFolder.Open(path) : SmallStages.CreateRun(path);
        using var stop = new CancellationTokenSource();
        var progress = new RecordedProgress(info =>
        {
            if (info.Step == stopAfter && collective.Rank == 1)
                stop.Cancel(); // one that is told to stop stops all
        });
        var trainer = new Trainer([trained], SmallStages.Options(6), run, progress, collective);
        if (stopAfter is null)
            trainer.Run(stage, resume, stop.Token);
        else
            Assert.Throws<OperationCanceledException>(() => trainer.Run(stage, resume, stop.Token));
        return SmallStages.Weights(model);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
