using System.Runtime.CompilerServices;

namespace Mindwright.Inference.Simd;

/// <summary>Rows of a table by number: the gradient of an embedding.</summary>
internal static unsafe class TableRows
{
    /// <summary>Adds rows <c>[count, columns]</c> to those rows of a table <c>[.., columns]</c> that ids name, in order.</summary>
    /// <param name="ids">A row of the table for each row that is added <c>[count]</c>.</param>
    /// <param name="rows">What is added.</param>
    /// <param name="table">The table.</param>
    /// <param name="count">Number of rows that are added.</param>
    /// <param name="columns">Elements of a row.</param>
    public static void Add<T>(long* ids, T* rows, float* table, long count, int columns)
        where T : unmanaged, IElement<T>
    {
        for (var n = 0L; n < count; n++)
            AddRow(rows + n * columns, table + ids[n] * columns, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T>(T* from, float* to, int columns)
        where T : unmanaged, IElement<T>
    {
        for (var i = 0; i < columns; i += Lanes.Width)
            Lanes.Store(to + i, columns - i, Lanes.Load(to + i, columns - i) + Lanes.Load(from + i, columns - i));
    }
}
