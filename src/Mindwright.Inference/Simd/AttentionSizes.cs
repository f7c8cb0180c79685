namespace Mindwright.Inference.Simd;

/// <summary>Sizes of an attention, where its heads lie, and which keys a block of queries sees.</summary>
internal sealed class AttentionSizes
{
    /// <summary>Queries at a time: enough to feed the products, few enough to leave out most of their future.</summary>
    public const int BlockRows = 32;

    private readonly int[]? _first;

    /// <param name="batch">Sequences.</param>
    /// <param name="time">Tokens of a sequence.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="groups">Key/value heads; divides <paramref name="heads"/>.</param>
    /// <param name="size">Channels of a head.</param>
    /// <param name="first">The first token that each token attends to <c>[B·T]</c>, never falling within a row; null for the row's first.</param>
    public AttentionSizes(int batch, int time, int heads, int groups, int size, int[]? first)
    {
        (Batch, Time, Heads, Groups, Size) = (batch, time, heads, groups, size);
        PaddedSize = Pad(Size);
        PaddedTime = Pad(Time);
        // Rows a power of two apart would share few sets of the cache.
        ScoreStride = PaddedTime + Lanes.Width;
        Matrix = Math.Max((long)PaddedTime * PaddedSize, Math.Max(PaddedSize, BlockRows) * (long)Math.Max(ScoreStride, PaddedSize));
        Scale = 1 / MathF.Sqrt(Size);
        _first = first;
    }

    public int Batch { get; }

    public int Time { get; }

    public int Heads { get; }

    public int Groups { get; }

    public int Size { get; }

    /// <summary>Query heads that share a key head.</summary>
    public int Sharing => Heads / Groups;

    public int PaddedSize { get; }

    public int PaddedTime { get; }

    /// <summary>Distance of the rows of scores and of transposed matrices.</summary>
    public int ScoreStride { get; }

    /// <summary>Elements that the largest matrix of one head needs.</summary>
    public long Matrix { get; }

    public float Scale { get; }

    public long QueryStride => (long)Heads * Size;

    public long KeyStride => (long)Groups * Size;

    public long QueryAt(int b, int head) => (long)b * Time * QueryStride + head * Size;

    public long KeyAt(int b, int group) => (long)b * Time * KeyStride + group * Size;

    public long SumAt(int b, int head) => ((long)b * Heads + head) * Time;

    /// <summary>The first key that a query sees.</summary>
    public int First(int b, int t) => _first is null ? 0 : _first[b * Time + t];

    /// <summary>The rows of a block that begins at a query, and the keys that any of them sees.</summary>
    public (int Rows, int From, int Count) Block(int b, int row)
    {
        var rows = Math.Min(BlockRows, PaddedTime - row);
        var from = First(b, row) / Lanes.Width * Lanes.Width;
        return (rows, from, row + rows - from);
    }

    /// <summary>Operations of the forward pass's two products, without what lies in a query's future.</summary>
    public double Flops => 2.0 * Batch * Heads * Time * (Time + 1) * Size;

    /// <summary>Bytes of queries, keys, values and outputs.</summary>
    public double Bytes(long elementSize) => 2.0 * elementSize * Batch * Time * (QueryStride + KeyStride);

    private static int Pad(int count) => (count + Lanes.Width - 1) / Lanes.Width * Lanes.Width;
}
