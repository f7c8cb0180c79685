using Mindwright.Model;
using Mindwright.Training.Loop;
using TorchSharp;
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
        var together = Together(worldSize, collective => Train(stage, collective));
        foreach (var (weights, losses) in together)
        {
            Assert.Equal(together[0].Weights, weights); // all hold the same, to the bit
            AssertClose(alone.Losses, losses);
            AssertClose([.. alone.Weights.Select(w => (double)w)], [.. weights.Select(w => (double)w)]);
        }
    }

    [Fact]
    public void Two_halves_of_a_batch_add_up_to_the_gradient_of_the_whole()
    {
        float[] Gradient(ICollective collective)
        {
            using var model = SmallModel.Create();
            using var gradients = new GradientAccumulator(model.Weights, SmallStages.Options(1), collective, _ => { });
            float[] gradient = [];
            SmallStages.Create("sft", model).Step(0, new Tapped(gradients, () =>
            {
                new GradientBuckets(model.Weights).Sum(collective);
                gradient = model.Weights.Gradients!.data<float>().ToArray();
            }), CancellationToken.None);
            return gradient;
        }

        var whole = Gradient(SingleProcess.Instance);
        foreach (var gradient in Together(2, Gradient))
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

    [Theory]
    [InlineData(7, 3)]
    [InlineData(2, 4)]
    public void Shares_of_a_batch_are_all_of_it(int rows, int worldSize)
    {
        var batch = new Batch(rows, [.. Enumerable.Range(0, rows * 5).Select(i => (long)i)], new long[rows * 5], new float[rows * 5]);
        var shares = Enumerable.Range(0, worldSize).Select(rank => batch.Share(rank, worldSize)).ToArray();
        Assert.Equal(batch.Inputs, shares.SelectMany(s => s.Rows.Inputs));
        Assert.Equal(rows, shares.Sum(s => s.Rows.Rows));
        Assert.All(shares.Where(s => s.Rows.Rows > 0), s => Assert.Equal(s.First * 5, s.Rows.Inputs[0]));
    }

    private static (float[] Weights, double[] Losses) Train(string stage, ICollective collective)
    {
        using var model = SmallModel.Create();
        var losses = new List<double>();
        // fp32 throughout: Muon's own bf16 products would hide what is asked here.
        var options = SmallStages.Options(6) with { Optimizer = new() { Muon = false } };
        using var trainer = new Trainer(model, options, progress: new RecordedProgress(info => losses.Add(info.Loss!.Value)), collective: collective);
        trainer.Run(SmallStages.Create(stage, model));
        return (SmallStages.Weights(model), [.. losses]);
    }

    private static T[] Together<T>(int worldSize, Func<ICollective, T> work)
    {
        using var world = new ThreadWorld(worldSize);
        var results = new T[worldSize];
        var errors = new Exception?[worldSize];
        var threads = Enumerable.Range(0, worldSize).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(world.Rank(rank));
            }
            catch (Exception e)
            {
                errors[rank] = e;
                world.Leave();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(errors, Assert.Null);
        return results;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }

    /// <summary>A world of threads: each hands in its part and waits; the last one adds up.</summary>
    private sealed class ThreadWorld : IDisposable
    {
        private readonly Barrier _barrier;
        private readonly float[]?[] _parts;
        private float[] _sum = [];

        public ThreadWorld(int size)
        {
            _parts = new float[size][];
            _barrier = new Barrier(size, _ => _sum = [.. Enumerable.Range(0, _parts[0]!.Length).Select(i => _parts.Sum(part => part![i]))]);
        }

        public ICollective Rank(int rank) => new Member(this, rank);

        public void Leave() => _barrier.RemoveParticipant();

        public void Dispose() => _barrier.Dispose();

        private float[] Sum(int rank, float[] part)
        {
            _parts[rank] = part;
            _barrier.SignalAndWait();
            return _sum;
        }

        private sealed class Member(ThreadWorld world, int rank) : ICollective
        {
            public int Rank => rank;

            public int WorldSize => world._parts.Length;

            public void Sum(Tensor buffer)
            {
                using var scope = NewDisposeScope();
                buffer.copy_(tensor(world.Sum(rank, buffer.data<float>().ToArray())));
            }

            public double Sum(double value) => world.Sum(rank, [(float)value])[0];
        }
    }

    private sealed class Tapped(GradientAccumulator inner, Action beforeUpdate) : IGradients
    {
        public (Batch Rows, int First) Share(Batch batch) => inner.Share(batch);

        public double Sum(double value) => inner.Sum(value);

        public void Backward(Tensor loss) => inner.Backward(loss);

        public double Update()
        {
            beforeUpdate();
            return 0;
        }
    }
}
