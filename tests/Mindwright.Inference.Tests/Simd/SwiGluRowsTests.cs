using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class SwiGluRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 16, 1)]
    [InlineData(20, 19, 1)]
    [InlineData(2, 19, 40)] // gates beyond what exp can hold
    public void Output_and_gradient_are_those_of_plain_arithmetic(int rows, int inner, double scale)
    {
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            var (x, g) = (Operand<T>.Random(1, rows * 2 * inner, scale), Operand<T>.Random(2, rows * inner));
            var (y, dx) = (new Operand<T>(rows * inner), new Operand<T>(rows * 2 * inner));
            SwiGluRows.Forward(x.Pointer, y.Pointer, rows, inner, 2);
            SwiGluRows.Backward(g.Pointer, x.Pointer, dx.Pointer, rows, inner, 2);

            Reference.AssertClose(Reference.SwiGlu(x.Values, inner), y);
            var gs = g.Values;
            Reference.AssertClose(Reference.Gradient(v => Reference.Dot(gs, Reference.SwiGlu(v, inner)), x.Values), dx);
            Widths.Record($"{typeof(T).Name}, {rows}, {inner}, {scale}", [y, dx]);
        }
    }
}
