using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>
/// What processes that train one model together say to each other. The loop gives each process its rows of a batch
/// (<see cref="IGradients.Share"/>) and adds up gradients and losses; stages that sample share out their problems.
/// </summary>
/// <remarks>All processes make the same calls in the same order. Rank 0 alone is given a run folder to write to, and evaluates.</remarks>
public interface ICollective
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int WorldSize { get; }

    /// <summary>Adds up a buffer over all processes, in place: each has the sum afterwards.</summary>
    /// <param name="buffer">A contiguous slice of a flat buffer, fp32.</param>
    void Sum(Tensor buffer);

    /// <summary>The sum of a number over all processes.</summary>
    double Sum(double value);

    /// <summary>Overwrites a buffer with that of rank 0.</summary>
    /// <param name="buffer">A contiguous slice of a flat buffer, fp32, of the same size everywhere.</param>
    void Broadcast(Tensor buffer);

    /// <summary>The bytes of rank 0.</summary>
    /// <param name="bytes">What rank 0 sends; ignored on the others.</param>
    byte[] Broadcast(byte[] bytes);

    /// <summary>The bytes of all processes, by rank.</summary>
    /// <param name="bytes">What this process sends, of any length.</param>
    IReadOnlyList<byte[]> Gather(byte[] bytes);

    /// <summary>Waits until all processes have come here.</summary>
    void Barrier();
}

/// <summary>A world of one process.</summary>
public sealed class SingleProcess : ICollective
{
    private SingleProcess()
    {
    }

    /// <summary>The one instance: it has no state.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int WorldSize => 1;

    /// <inheritdoc/>
    public void Sum(Tensor buffer)
    {
    }

    /// <inheritdoc/>
    public double Sum(double value) => value;

    /// <inheritdoc/>
    public void Broadcast(Tensor buffer)
    {
    }

    /// <inheritdoc/>
    public byte[] Broadcast(byte[] bytes) => bytes;

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Gather(byte[] bytes) => [bytes];

    /// <inheritdoc/>
    public void Barrier()
    {
    }
}
