namespace Mindwright.Training.Stages.Pretrain;

/// <summary>An order of rows, shuffled anew for each pass over them; the same seed gives the same orders.</summary>
internal sealed class RowOrder(int count, int seed)
{
    private int _pass = -1;
    private int[] _order = [];

    /// <summary>The row that is read as the <paramref name="number"/>-th, counted over all passes.</summary>
    public int this[long number] => Pass((int)(number / count))[(int)(number % count)];

    /// <summary>The rows in the order of one pass.</summary>
    public int[] Pass(int pass)
    {
        if (pass != _pass)
        {
            _order = [.. Enumerable.Range(0, count)];
            new Random(HashCode(seed, pass)).Shuffle(_order);
            _pass = pass;
        }
        return _order;
    }

    // Not System.HashCode, which differs between processes.
    private static int HashCode(int seed, int pass) => unchecked((seed * 486187739) + pass);
}
