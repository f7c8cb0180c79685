using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class RmsNormRowsTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 16)]
    [InlineData(17, 19)] // two blocks
    public void Output_and_gradients_are_those_of_plain_arithmetic(int rows, int columns)
    {
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            const float Epsilon = 1e-3f;
            var (x, w, g) = (Operand<T>.Random(1, rows * columns), Operand<Single32>.Random(2, columns), Operand<T>.Random(3, rows * columns));
            var (y, dx) = (new Operand<T>(rows * columns), new Operand<T>(rows * columns));
            var (parts, dw) = (new Operand<Single32>(Rows.Blocks(rows) * columns), new Operand<Single32>(columns));
            RmsNormRows.Forward(x.Pointer, (float*)w.Pointer, y.Pointer, rows, columns, Epsilon, 2);
            RmsNormRows.Backward(g.Pointer, x.Pointer, (float*)w.Pointer, dx.Pointer, (float*)parts.Pointer, rows, columns, Epsilon, 2);
            Rows.Sum((float*)parts.Pointer, Rows.Blocks(rows), columns, (float*)dw.Pointer);

            Reference.AssertClose(Reference.RmsNorm(x.Values, w.Values, Epsilon), y);
            var (xs, ws, gs) = (x.Values, w.Values, g.Values);
            Reference.AssertClose(Reference.Gradient(v => Reference.Dot(gs, Reference.RmsNorm(v, ws, Epsilon)), xs), dx);
            Reference.AssertClose(Reference.Gradient(v => Reference.Dot(gs, Reference.RmsNorm(xs, v, Epsilon)), ws), dw);
            Widths.Record($"{typeof(T).Name}, {rows}, {columns}", [y, dx, dw]);
        }
    }

    [Fact]
    public void A_row_may_be_normalized_in_place()
    {
        var (x, w, y) = (Operand<Single32>.Random(1, 50), Operand<Single32>.Random(2, 25), new Operand<Single32>(50));
        RmsNormRows.Forward(x.Pointer, (float*)w.Pointer, y.Pointer, 2, 25, 1e-6f, 1);
        RmsNormRows.Forward(x.Pointer, (float*)w.Pointer, x.Pointer, 2, 25, 1e-6f, 1);
        Assert.Equal(y.Values, x.Values);
    }
}
