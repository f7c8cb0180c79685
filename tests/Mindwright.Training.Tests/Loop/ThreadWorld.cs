using Mindwright.Training.Loop;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Several processes, played by threads: each hands in its part and waits; the last one lets all go on.</summary>
internal sealed class ThreadWorld : IDisposable
{
    private readonly Barrier _barrier;
    private readonly object[] _parts;

    private ThreadWorld(int size)
    {
        _parts = new object[size];
        _barrier = new Barrier(size);
    }

    /// <summary>Does the same work as each of several processes; returns what each made of it, by rank.</summary>
    public static T[] Run<T>(int worldSize, Func<ICollective, T> work)
    {
        using var world = new ThreadWorld(worldSize);
        var results = new T[worldSize];
        var errors = new Exception?[worldSize];
        var threads = Enumerable.Range(0, worldSize).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new Member(world, rank));
            }
            catch (Exception e)
            {
                errors[rank] = e;
                world._barrier.RemoveParticipant();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (errors.OfType<Exception>().FirstOrDefault() is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return results;
    }

    public void Dispose() => _barrier.Dispose();

    /// <summary>What all handed in, by rank.</summary>
    private T[] Exchange<T>(int rank, T part)
        where T : notnull
    {
        _parts[rank] = part;
        _barrier.SignalAndWait();
        T[] all = [.. _parts.Cast<T>()];
        _barrier.SignalAndWait(); // before anybody hands in the next
        return all;
    }

    private sealed class Member(ThreadWorld world, int rank) : ICollective
    {
        public int Rank => rank;

        public int WorldSize => world._parts.Length;

        public void Sum(Tensor buffer)
        {
            var parts = world.Exchange(rank, buffer.data<float>().ToArray());
            Fill(buffer, [.. Enumerable.Range(0, parts[0].Length).Select(i => parts.Sum(part => part[i]))]);
        }

        public double Sum(double value) => world.Exchange(rank, value).Sum();

        public void Broadcast(Tensor buffer) => Fill(buffer, world.Exchange(rank, buffer.data<float>().ToArray())[0]);

        public byte[] Broadcast(byte[] bytes) => world.Exchange(rank, bytes)[0];

        public IReadOnlyList<byte[]> Gather(byte[] bytes) => world.Exchange(rank, bytes);

        public void Barrier() => world.Exchange(rank, 0);

        private static void Fill(Tensor buffer, float[] values)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            buffer.copy_(tensor(values));
        }
    }
}
