using Mindwright.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>Rows of tokens, as arrays: what a step learns from. B rows of T tokens, row by row.</summary>
/// <param name="Rows">Number of rows, B.</param>
/// <param name="Inputs">Token ids that the model sees <c>[B·T]</c>.</param>
/// <param name="Targets">The token that follows each of them <c>[B·T]</c>.</param>
/// <param name="Weights">What each target counts in the loss <c>[B·T]</c>; null counts all alike.</param>
/// <param name="Segments">The document of each token, for packed rows <c>[B·T]</c>; null where a row is one document.</param>
public sealed record Batch(int Rows, long[] Inputs, long[] Targets, float[]? Weights = null, long[]? Segments = null)
{
    /// <summary>Tokens in a row, T.</summary>
    public int Time => Inputs.Length / Math.Max(1, Rows);

    /// <summary>The sum of weights: what the loss is divided by.</summary>
    public double Total => Weights?.Sum(w => (double)w) ?? Targets.Length;

    /// <summary>Cuts the batch into micro-batches of at most that many rows.</summary>
    public IEnumerable<Batch> Split(int rows)
    {
        for (var start = 0; start < Rows; start += rows)
            yield return Slice(start, Math.Min(rows, Rows - start));
    }

    /// <summary>The rows of one process of several: as equal shares as can be, without overlap. A share may be empty.</summary>
    internal (Batch Rows, int First) Share(int rank, int worldSize)
    {
        if (worldSize == 1)
            return (this, 0);
        var first = (int)((long)Rows * rank / worldSize);
        return (Slice(first, (int)((long)Rows * (rank + 1) / worldSize) - first), first);
    }

    private Batch Slice(int start, int rows)
    {
        var range = (start * Time)..((start + rows) * Time);
        return new Batch(rows, Inputs[range], Targets[range], Weights?[range], Segments?[range]);
    }

    /// <summary>Moves one of the arrays to a device, <c>[B, T]</c> int64.</summary>
    public Tensor ToTensor(long[] ids, Device device) => tensor(ids, [Rows, Time], device: device);

    /// <summary>Moves one of the arrays to a device, <c>[B, T]</c> fp32.</summary>
    public Tensor ToTensor(float[] numbers, Device device) => tensor(numbers, [Rows, Time], device: device);
}
