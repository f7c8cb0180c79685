namespace Mindwright.Training.Loop;

/// <summary>An order of rows, shuffled anew for each epoch; the same seed gives the same orders.</summary>
internal sealed class RowOrder(int count, int seed)
{
    private int _epoch = -1;
    private int[] _order = [];

    /// <summary>The row that is read as the <paramref name="number"/>-th, counted over all epochs.</summary>
    public int this[long number] => Epoch((int)(number / count))[(int)(number % count)];

    /// <summary>The rows in the order of one epoch.</summary>
    public int[] Epoch(int epoch)
    {
        if (epoch != _epoch)
        {
            _order = [.. Enumerable.Range(0, count)];
            new Random(SeedOf(seed, epoch)).Shuffle(_order);
            _epoch = epoch;
        }
        return _order;
    }

    /// <summary>The seed of an epoch, or of a step: the same in every process, as System.HashCode is not.</summary>
    internal static int SeedOf(int seed, int number) => unchecked((seed * 486187739) + number);
}
