using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class HeadRowsTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 2, true, true, true)]
    [InlineData(2, 3, 3, 1, 6, true, true, false)] // angles of each sequence
    [InlineData(1, 17, 1, 1, 12, true, true, true)] // two blocks
    [InlineData(1, 2, 2, 1, 40, false, true, true)]
    [InlineData(2, 2, 1, 1, 7, true, false, true)] // an odd size, which is not rotated
    [InlineData(2, 2, 2, 2, 8, false, false, true)]
    public void Heads_and_their_gradients_are_those_of_plain_arithmetic(
        int batch, int time, int heads, int groups, int size, bool isNormed, bool isRotated, bool isShared)
    {
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            const float Epsilon = 1e-3f;
            var (rows, stride, half) = (batch * time, (heads + 2 * groups) * size, size / 2);
            var sizes = new HeadSizes(rows, time, heads, groups, size, Epsilon);
            var qkv = Operand<T>.Random(1, rows * stride);
            var (queryNorm, keyNorm) = (Operand<Single32>.Random(2, size), Operand<Single32>.Random(3, size));
            var angles = Operand<Single32>.Random(4, (isShared ? 1 : batch) * time * Math.Max(1, half), 3).Values;
            var (cos, sin) = (new Operand<Single32>([.. angles.Select(Math.Cos)]), new Operand<Single32>([.. angles.Select(Math.Sin)]));
            var rotation = isRotated ? new Angles((float*)cos.Pointer, (float*)sin.Pointer, isShared ? 0 : time * half) : default;
            var (q, k, v) = (new Operand<T>(rows * heads * size), new Operand<T>(rows * groups * size), new Operand<T>(rows * groups * size));
            var (gQ, gK, gV) = (Operand<T>.Random(5, rows * heads * size), Operand<T>.Random(6, rows * groups * size), Operand<T>.Random(7, rows * groups * size));
            var (dQkv, parts, dNorms) = (new Operand<T>(rows * stride), new Operand<Single32>(Rows.Blocks(rows) * 2 * size), new Operand<Single32>(2 * size));
            float* queryWeight = isNormed ? (float*)queryNorm.Pointer : null, keyWeight = isNormed ? (float*)keyNorm.Pointer : null;

            HeadRows.Forward(sizes, qkv.Pointer, queryWeight, keyWeight, rotation, q.Pointer, k.Pointer, v.Pointer, 2);
            HeadRows.Backward(
                sizes, Strided(gQ, heads), Strided(gK, groups), Strided(gV, groups), qkv.Pointer, queryWeight, keyWeight, rotation,
                dQkv.Pointer, (float*)parts.Pointer, 2);
            Rows.Sum((float*)parts.Pointer, Rows.Blocks(rows), 2 * size, (float*)dNorms.Pointer);

            var (x, norms) = (qkv.Values, (double[])[.. queryNorm.Values, .. keyNorm.Values]);
            var (expectedQ, expectedK, expectedV) = Plain(x, norms);
            Reference.AssertClose(expectedQ, q);
            Reference.AssertClose(expectedK, k);
            Assert.Equal(expectedV, v.Values);
            var (gq, gk, gv) = (gQ.Values, gK.Values, gV.Values);
            Reference.AssertClose(Reference.Gradient(at => Loss(at, norms), x), dQkv);
            if (isNormed)
                Reference.AssertClose(Reference.Gradient(at => Loss(x, at), norms), dNorms);
            Widths.Record($"{typeof(T).Name}, {batch}, {time}, {heads}, {groups}, {size}, {isNormed}, {isRotated}", [q, k, v, dQkv, dNorms]);

            StridedHeads<T> Strided(Operand<T> gradient, int count) => new(gradient.Pointer, (long)time * count * size, (long)count * size, size);

            double Loss(double[] at, double[] weights)
            {
                var (a, b, c) = Plain(at, weights);
                return Reference.Dot(gq, a) + Reference.Dot(gk, b) + Reference.Dot(gv, c);
            }

            (double[] Queries, double[] Keys, double[] Values) Plain(double[] at, double[] weights)
            {
                var tokens = at.Chunk(stride).Select((token, row) =>
                {
                    var from = ((isShared ? 0 : row / time * time) + row % time) * half;
                    var turn = isRotated ? angles[from..(from + half)] : null;
                    var (queries, keys) = (heads * size, (heads + groups) * size);
                    return (Reference.Heads(token[..queries], isNormed ? weights[..size] : null, turn, size, Epsilon),
                        Reference.Heads(token[queries..keys], isNormed ? weights[size..] : null, turn, size, Epsilon), token[keys..]);
                }).ToArray();
                return ([.. tokens.SelectMany(t => t.Item1)], [.. tokens.SelectMany(t => t.Item2)], [.. tokens.SelectMany(t => t.Item3)]);
            }
        }
    }
}
