using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 2, new int[0])]
    [InlineData(2, 5, 4, 2, 6, new int[0])] // shared key heads
    [InlineData(1, 33, 2, 1, 20, new int[0])] // one row more than a block
    [InlineData(1, 36, 1, 1, 4, new[] { 0, 3, 32, 35 })] // documents that begin at a block's edge, within one, and before the end
    public void Output_and_gradients_are_those_of_plain_arithmetic(int batch, int time, int heads, int groups, int size, int[] begins)
    {
        var first = begins.Length == 0 ? null : Enumerable.Range(0, batch * time).Select(i => begins.Last(begin => begin <= i % time)).ToArray();
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            var sizes = new AttentionSizes(batch, time, heads, groups, size, first);
            var (many, few) = (batch * time * heads * size, batch * time * groups * size);
            var (q, k, v, g) = (Operand<T>.Random(1, many), Operand<T>.Random(2, few), Operand<T>.Random(3, few), Operand<T>.Random(4, many));
            var (y, sums) = (new Operand<T>(many), new Operand<Single32>(batch * heads * time));
            var (dQ, dK, dV) = (new Operand<T>(many), new Operand<T>(few), new Operand<T>(few));
            AttentionForward.Run(sizes, q.Pointer, k.Pointer, v.Pointer, y.Pointer, (float*)sums.Pointer, 2);
            AttentionBackward.Run(sizes, q.Pointer, k.Pointer, v.Pointer, (float*)sums.Pointer, g.Pointer, dQ.Pointer, dK.Pointer, dV.Pointer, 2);

            var (qs, ks, vs, gs) = (q.Values, k.Values, v.Values, g.Values);
            var (expected, expectedSums) = Plain(qs, ks, vs);
            Reference.AssertClose(expected, y);
            Reference.AssertClose(expectedSums, sums);
            if (many < 500) // differences take a forward pass an element
            {
                Reference.AssertClose(Reference.Gradient(at => Reference.Dot(gs, Plain(at, ks, vs).Output), qs), dQ);
                Reference.AssertClose(Reference.Gradient(at => Reference.Dot(gs, Plain(qs, at, vs).Output), ks), dK);
                Reference.AssertClose(Reference.Gradient(at => Reference.Dot(gs, Plain(qs, ks, at).Output), vs), dV);
            }
            Widths.Record($"{typeof(T).Name}, {batch}, {time}, {heads}, {groups}, {size}", [y, sums, dQ, dK, dV]);
        }

        (double[] Output, double[] LogSums) Plain(double[] q, double[] k, double[] v)
        {
            var output = new double[q.Length];
            var sums = new double[batch * heads * time];
            for (var b = 0; b < batch; b++)
                for (var head = 0; head < heads; head++)
                    for (var t = 0; t < time; t++)
                    {
                        var at = ((b * time + t) * heads + head) * size;
                        double[] Key(double[] of, int s) => of.AsSpan(((b * time + s) * groups + head / (heads / groups)) * size, size).ToArray();
                        var (row, sum) = Reference.Attend(q[at..(at + size)], s => Key(k, s), s => Key(v, s), first is null ? 0 : first[b * time + t], t);
                        row.CopyTo(output, at);
                        sums[(b * heads + head) * time + t] = sum;
                    }
            return (output, sums);
        }
    }
}
