using static TorchSharp.torch;

namespace Mindwright.Training.Loop;

/// <summary>Rows of tokens, as arrays: what a step learns from. B rows of T tokens, row by row.</summary>
/// <param name="Rows">Number of rows, B.</param>
/// <param name="Inputs">Token ids that the model sees <c>[B·T]</c>.</param>
/// <param name="Targets">The token that follows each of them <c>[B·T]</c>.</param>
/// <param name="Segments">The document of each token, for packed rows <c>[B·T]</c>; null where a row is one document.</param>
public abstract record Batch(int Rows, long[] Inputs, long[] Targets, long[]? Segments)
{
    /// <summary>Tokens in a row, T.</summary>
    public int Time => Inputs.Length / Math.Max(1, Rows);

    /// <summary>Rows that belong together, such as the two of a pair: neither micro-batches nor processes part them.</summary>
    public virtual int Together => 1;

    /// <summary>What the loss over the whole batch is divided by, so that neither micro-batches nor processes change it.</summary>
    public abstract double Total { get; }

    /// <summary>Moves one of the arrays to a device, <c>[B, T]</c> int64.</summary>
    public Tensor ToTensor(long[] ids, Device device) => tensor(ids, [Rows, Time], device: device);

    /// <summary>Moves one of the arrays to a device, <c>[B, T]</c> fp32.</summary>
    public Tensor ToTensor(float[] numbers, Device device) => tensor(numbers, [Rows, Time], device: device);

    /// <summary>Some of the rows.</summary>
    /// <param name="start">The first.</param>
    /// <param name="rows">How many.</param>
    /// <param name="tokens">Where they lie in the arrays.</param>
    protected abstract Batch Slice(int start, int rows, Range tokens);

    internal Batch Slice(int start, int rows) => Slice(start, rows, (start * Time)..((start + rows) * Time));
}

/// <summary>Text: every token counts, or those that have a weight.</summary>
/// <param name="Rows">Number of rows, B.</param>
/// <param name="Inputs">Token ids that the model sees <c>[B·T]</c>.</param>
/// <param name="Targets">The token that follows each of them <c>[B·T]</c>.</param>
/// <param name="Weights">What each target counts in the loss <c>[B·T]</c>; null counts all alike.</param>
/// <param name="Segments">The document of each token <c>[B·T]</c>; null where a row is one document.</param>
public sealed record TokenBatch(int Rows, long[] Inputs, long[] Targets, float[]? Weights = null, long[]? Segments = null)
    : Batch(Rows, Inputs, Targets, Segments)
{
    /// <summary>The sum of weights.</summary>
    public override double Total => Weights?.Sum(weight => (double)weight) ?? Targets.Length;

    /// <inheritdoc/>
    protected override Batch Slice(int start, int rows, Range tokens) =>
        new TokenBatch(rows, Inputs[tokens], Targets[tokens], Weights?[tokens], Segments?[tokens]);
}

/// <summary>Answers that a policy wrote, a row each, with what reinforcement learning makes of them.</summary>
/// <param name="Rows">Number of rows, B.</param>
/// <param name="Inputs">Token ids that the model sees <c>[B·T]</c>.</param>
/// <param name="Targets">The token that follows each of them <c>[B·T]</c>.</param>
/// <param name="Mask">1 where the policy wrote the target, 0 for the prompt and padding <c>[B·T]</c>.</param>
/// <param name="Advantages">The advantage of each target <c>[B·T]</c>; 0 is a genuine value, not a sign of padding.</param>
/// <param name="OldLogProbs">Log-probabilities of the targets under the policy that sampled, nats <c>[B·T]</c>; null where that is the policy of now.</param>
public sealed record PolicyBatch(int Rows, long[] Inputs, long[] Targets, float[] Mask, float[] Advantages, float[]? OldLogProbs = null)
    : Batch(Rows, Inputs, Targets, null)
{
    /// <summary>Tokens that the policy wrote.</summary>
    public override double Total => Mask.Sum(mask => (double)mask);

    /// <inheritdoc/>
    protected override Batch Slice(int start, int rows, Range tokens) =>
        new PolicyBatch(rows, Inputs[tokens], Targets[tokens], Mask[tokens], Advantages[tokens], OldLogProbs?[tokens]);
}

/// <summary>Pairs of answers to one prompt: rows 0, 2, 4, … are the chosen ones, the row after each is the rejected one.</summary>
/// <param name="Rows">Number of rows, B; even.</param>
/// <param name="Inputs">Token ids that the model sees <c>[B·T]</c>.</param>
/// <param name="Targets">The token that follows each of them <c>[B·T]</c>.</param>
/// <param name="Mask">1 for the answer's tokens, 0 for the prompt and padding <c>[B·T]</c>.</param>
public sealed record PreferenceBatch(int Rows, long[] Inputs, long[] Targets, float[] Mask) : Batch(Rows, Inputs, Targets, null)
{
    /// <summary>A pair stays whole.</summary>
    public override int Together => 2;

    /// <summary>Pairs.</summary>
    public override double Total => Rows / 2;

    /// <inheritdoc/>
    protected override Batch Slice(int start, int rows, Range tokens) => new PreferenceBatch(rows, Inputs[tokens], Targets[tokens], Mask[tokens]);
}

/// <summary>How batches of any kind are cut.</summary>
public static class BatchShares
{
    /// <summary>Cuts a batch into micro-batches of at most that many rows; what belongs together stays together.</summary>
    /// <typeparam name="T">The batch's kind.</typeparam>
    /// <param name="batch">The batch; one without rows has no parts.</param>
    /// <param name="rows">Rows of a part at most; a pair is never cut, even where one row alone is asked for.</param>
    public static IEnumerable<T> Split<T>(this T batch, int rows)
        where T : Batch
    {
        var size = Math.Max(batch.Together, rows / batch.Together * batch.Together);
        for (var start = 0; start < batch.Rows; start += size)
            yield return (T)batch.Slice(start, Math.Min(size, batch.Rows - start));
    }

    /// <summary>The rows of one process of several: as equal shares as can be, without overlap. A share may be empty.</summary>
    internal static T Share<T>(this T batch, int rank, int worldSize)
        where T : Batch
    {
        if (worldSize == 1)
            return batch;
        var units = (long)batch.Rows / batch.Together;
        var first = (int)(units * rank / worldSize) * batch.Together;
        var end = (int)(units * (rank + 1) / worldSize) * batch.Together;
        return (T)batch.Slice(first, end - first);
    }
}
