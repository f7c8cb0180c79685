using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class TableRowsTests
{
    [Fact]
    public void Rows_are_added_to_those_that_ids_name_and_to_no_others()
    {
        Check<Single32>();
        Check<Brain16>();

        static void Check<T>()
            where T : unmanaged, IElement<T>
        {
            const int Columns = 21;
            long[] ids = [3, 0, 3, 1];
            var (rows, table) = (Operand<T>.Random(1, ids.Length * Columns), Operand<Single32>.Random(2, 5 * Columns));
            var expected = table.Values.Chunk(Columns).ToArray();
            foreach (var (id, row) in ids.Zip(rows.Values.Chunk(Columns)))
                for (var i = 0; i < Columns; i++)
                    expected[id][i] += row[i];
            var untouched = (expected[2], expected[4]);
            fixed (long* at = ids)
                TableRows.Add(at, rows.Pointer, (float*)table.Pointer, ids.Length, Columns);
            Reference.AssertClose([.. expected.SelectMany(row => row)], table);
            Assert.Equal(untouched, (table.Values[(2 * Columns)..(3 * Columns)], table.Values[(4 * Columns)..]), (a, b) =>
                a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2));
            Widths.Record(typeof(T).Name, [table]);
        }
    }
}
