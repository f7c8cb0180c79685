using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>
/// Products of small fp32 matrices that lie in a core's cache: four rows by up to four vectors of the result stay in registers while the
/// sum runs.
/// </summary>
internal static unsafe class Tiles
{
    /// <summary>Rows of a result are computed in multiples of this.</summary>
    public const int Rows = 4;

    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">A, <c>[m, k]</c>; its element (i, l) lies at i·<paramref name="aRow"/> + l·<paramref name="aColumn"/>, so it may be transposed.</param>
    /// <param name="aRow">Distance of A's rows.</param>
    /// <param name="aColumn">Distance of A's columns.</param>
    /// <param name="b">B, <c>[k, n]</c>, row by row.</param>
    /// <param name="bRow">Distance of B's rows.</param>
    /// <param name="c">C, <c>[m, n]</c>, row by row.</param>
    /// <param name="cRow">Distance of C's rows.</param>
    /// <param name="m">Rows, a multiple of <see cref="Rows"/>.</param>
    /// <param name="n">Columns, a multiple of <see cref="Lanes.Width"/>.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="add">Whether to add to C.</param>
    public static void Multiply(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int m, int n, int k, bool add)
    {
        var column = 0;
        for (; column + 4 * Lanes.Width <= n; column += 4 * Lanes.Width)
            for (var row = 0; row < m; row += Rows)
                FourVectors(a + row * aRow, aRow, aColumn, b + column, bRow, c + row * cRow + column, cRow, k, add);
        for (; column + 2 * Lanes.Width <= n; column += 2 * Lanes.Width)
            for (var row = 0; row < m; row += Rows)
                TwoVectors(a + row * aRow, aRow, aColumn, b + column, bRow, c + row * cRow + column, cRow, k, add);
        if (column < n)
            for (var row = 0; row < m; row += Rows)
                OneVector(a + row * aRow, aRow, aColumn, b + column, bRow, c + row * cRow + column, cRow, k, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourVectors(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int k, bool add)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c33 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        nint at = 0;
        for (var l = 0; l < k; l++, b += bRow, at += aColumn)
        {
            var (b0, b1, b2, b3) = (Vector512.Load(b), Vector512.Load(b + 16), Vector512.Load(b + 32), Vector512.Load(b + 48));
            var x = Vector512.Create(a[at]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            c02 = Vector512.FusedMultiplyAdd(x, b2, c02);
            c03 = Vector512.FusedMultiplyAdd(x, b3, c03);
            x = Vector512.Create(a1[at]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            c12 = Vector512.FusedMultiplyAdd(x, b2, c12);
            c13 = Vector512.FusedMultiplyAdd(x, b3, c13);
            x = Vector512.Create(a2[at]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            c22 = Vector512.FusedMultiplyAdd(x, b2, c22);
            c23 = Vector512.FusedMultiplyAdd(x, b3, c23);
            x = Vector512.Create(a3[at]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            c32 = Vector512.FusedMultiplyAdd(x, b2, c32);
            c33 = Vector512.FusedMultiplyAdd(x, b3, c33);
        }
        Store(c, c00, c01, c02, c03, add);
        Store(c + cRow, c10, c11, c12, c13, add);
        Store(c + 2 * cRow, c20, c21, c22, c23, add);
        Store(c + 3 * cRow, c30, c31, c32, c33, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3, bool add)
    {
        if (add)
        {
            x0 += Vector512.Load(c);
            x1 += Vector512.Load(c + 16);
            x2 += Vector512.Load(c + 32);
            x3 += Vector512.Load(c + 48);
        }
        x0.Store(c);
        x1.Store(c + 16);
        x2.Store(c + 32);
        x3.Store(c + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int k, bool add)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        nint at = 0;
        for (var l = 0; l < k; l++, b += bRow, at += aColumn)
        {
            var (b0, b1) = (Vector512.Load(b), Vector512.Load(b + 16));
            var x = Vector512.Create(a[at]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[at]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[at]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[at]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
        }
        Store(c, c00, c01, add);
        Store(c + cRow, c10, c11, add);
        Store(c + 2 * cRow, c20, c21, add);
        Store(c + 3 * cRow, c30, c31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> x0, Vector512<float> x1, bool add)
    {
        (add ? x0 + Vector512.Load(c) : x0).Store(c);
        (add ? x1 + Vector512.Load(c + 16) : x1).Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int k, bool add)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        nint at = 0;
        for (var l = 0; l < k; l++, b += bRow, at += aColumn)
        {
            var x = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), x, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[at]), x, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[at]), x, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[at]), x, c3);
        }
        (add ? c0 + Vector512.Load(c) : c0).Store(c);
        (add ? c1 + Vector512.Load(c + cRow) : c1).Store(c + cRow);
        (add ? c2 + Vector512.Load(c + 2 * cRow) : c2).Store(c + 2 * cRow);
        (add ? c3 + Vector512.Load(c + 3 * cRow) : c3).Store(c + 3 * cRow);
    }
}
