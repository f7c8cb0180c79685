namespace Mindwright.Inference.Simd;

/// <summary>Splits the rows of a kernel into blocks, the same ones whatever the number of threads, and runs them.</summary>
internal static unsafe class Rows
{
    private const int MaxBlocks = 64;

    // Below this many elements waking a thread costs more than it saves.
    private const long ParallelElements = 1 << 17;

    /// <summary>Number of blocks that <see cref="Run"/> makes of this many rows.</summary>
    public static int Blocks(long rows) => (int)((rows + BlockSize(rows) - 1) / BlockSize(rows));

    /// <summary>Runs the work of each block of rows.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Elements of a row, to judge the size of the work.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="block">The work: number of the block, its first row, and the one after its last.</param>
    public static void Run(long rows, long columns, int threads, Action<int, long, long> block)
    {
        var size = BlockSize(rows);
        Share(Blocks(rows), rows * columns < ParallelElements ? 1 : threads, (first, end) =>
        {
            for (var i = first; i < end; i++)
                block(i, i * size, Math.Min(rows, (i + 1) * size));
        });
    }

    /// <summary>Splits tasks, each large enough for a thread, among threads.</summary>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="part">The work of one thread: its first task, and the one after its last.</param>
    public static void Share(int tasks, int threads, Action<int, int> part)
    {
        threads = Math.Min(tasks, threads);
        if (threads <= 1)
            part(0, tasks);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
                thread => part((int)((long)tasks * thread / threads), (int)((long)tasks * (thread + 1) / threads)));
    }

    /// <summary>Sums rows <c>[rows, columns]</c> in fp64, in order.</summary>
    public static void Sum(float* from, long rows, long columns, float* total)
    {
        for (var column = 0L; column < columns; column++)
        {
            var sum = 0.0;
            for (var row = 0L; row < rows; row++)
                sum += from[row * columns + column];
            total[column] = (float)sum;
        }
    }

    private static long BlockSize(long rows) => Math.Max(16, (rows + MaxBlocks - 1) / MaxBlocks);
}
