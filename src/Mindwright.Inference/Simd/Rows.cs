using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Splits the rows of a kernel into blocks, the same ones whatever the number of threads, and runs them on torch's number of threads.</summary>
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
    /// <param name="block">The work: number of the block, its first row, and the one after its last.</param>
    public static void Run(long rows, long columns, Action<int, long, long> block)
    {
        var size = BlockSize(rows);
        var blocks = Blocks(rows);
        var threads = rows * columns < ParallelElements ? 1 : Math.Min(blocks, get_num_threads());
        Share(blocks, threads, (first, end) =>
        {
            for (var i = first; i < end; i++)
                block(i, i * size, Math.Min(rows, (i + 1) * size));
        });
    }

    /// <summary>Splits tasks, each large enough for a thread, among torch's number of threads.</summary>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="part">The work of one thread: its first task, and the one after its last.</param>
    public static void Share(int tasks, Action<int, int> part) => Share(tasks, Math.Min(tasks, get_num_threads()), part);

    private static void Share(int tasks, int threads, Action<int, int> part)
    {
        if (threads == 1)
            part(0, tasks);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
                thread => part((int)((long)tasks * thread / threads), (int)((long)tasks * (thread + 1) / threads)));
    }

    /// <summary>Sums rows <c>[rows, columns]</c> of fp32 in fp64, in order.</summary>
    public static Tensor Sum(Tensor partial)
    {
        var (rows, columns) = (partial.shape[0], partial.shape[1]);
        var total = empty([columns], ScalarType.Float32, CPU);
        var from = (float*)TensorStorage.Address(partial);
        var to = (float*)TensorStorage.Address(total);
        for (var column = 0L; column < columns; column++)
        {
            var sum = 0.0;
            for (var row = 0L; row < rows; row++)
                sum += from[row * columns + column];
            to[column] = (float)sum;
        }
        return total;
    }

    private static long BlockSize(long rows) => Math.Max(16, (rows + MaxBlocks - 1) / MaxBlocks);
}
