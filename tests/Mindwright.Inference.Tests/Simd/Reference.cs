namespace Mindwright.Inference.Tests.Simd;

/// <summary>What the kernels compute, in fp64 and as plainly as possible; gradients are differences of the forward pass.</summary>
internal static class Reference
{
    /// <summary>The gradient of a scalar function by central differences.</summary>
    public static double[] Gradient(Func<double[], double> function, double[] at)
    {
        const double step = 1e-5;
        var gradient = new double[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var (here, moved) = (at[i], (double[])at.Clone());
            moved[i] = here + step;
            var above = function(moved);
            moved[i] = here - step;
            gradient[i] = (above - function(moved)) / (2 * step);
        }
        return gradient;
    }

    public static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static double[] RmsNorm(double[] x, double[] weight, double epsilon) =>
        [.. x.Chunk(weight.Length).SelectMany(row =>
        {
            var scale = 1 / Math.Sqrt(Dot(row, row) / row.Length + epsilon);
            return row.Select((v, i) => v * scale * weight[i]);
        })];

    public static double[] SwiGlu(double[] x, int inner) =>
        [.. x.Chunk(2 * inner).SelectMany(row => Enumerable.Range(0, inner).Select(i => row[i] / (1 + Math.Exp(-row[i])) * row[inner + i]))];

    public static double LogSum(IEnumerable<double> logits)
    {
        var max = logits.Max();
        return max + Math.Log(logits.Sum(l => Math.Exp(l - max)));
    }

    /// <summary>Heads of one token, one after the other: normalized where there are weights, rotated where there are angles.</summary>
    public static double[] Heads(double[] x, double[]? weight, double[]? angles, int size, double epsilon) =>
        [.. x.Chunk(size).SelectMany(head =>
        {
            var y = weight is null ? head : RmsNorm(head, weight, epsilon);
            var half = size / 2;
            return angles is null ? y : y.Select((v, i) => i < half
                ? v * Math.Cos(angles[i]) - y[i + half] * Math.Sin(angles[i])
                : v * Math.Cos(angles[i - half]) + y[i - half] * Math.Sin(angles[i - half]));
        })];

    /// <summary>Attention of one query over keys and values from one position up to another, inclusive.</summary>
    public static (double[] Output, double LogSum) Attend(double[] query, Func<int, double[]> key, Func<int, double[]> value, int from, int to)
    {
        var scores = Enumerable.Range(from, to - from + 1).Select(s => Dot(query, key(s)) / Math.Sqrt(query.Length)).ToArray();
        var logSum = LogSum(scores);
        var output = new double[query.Length];
        for (var s = from; s <= to; s++)
        {
            var (probability, row) = (Math.Exp(scores[s - from] - logSum), value(s));
            for (var i = 0; i < output.Length; i++)
                output[i] += probability * row[i];
        }
        return (output, logSum);
    }

    /// <summary>bfloat16 nearest to a number; of two as near, the even one.</summary>
    public static ushort ToBrain(float value)
    {
        if (float.IsNaN(value))
            return 0x7FC0;
        var below = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16); // towards zero
        var above = (ushort)(below + 1);
        if (float.IsInfinity(value))
            return below;
        var (low, high) = (Math.Abs(Widen(below)), Math.Abs(Widen(above)));
        if (double.IsInfinity(high))
            high = Math.ScaleB(1, 128); // rounding goes on as if the exponent had no end
        var (toLow, toHigh) = (Math.Abs((double)value) - low, high - Math.Abs((double)value));
        return toLow < toHigh || (toLow == toHigh && below % 2 == 0) ? below : above;
    }

    /// <summary>Root mean square error relative to the root mean square, or the greatest error relative to the greatest value, whichever is worse.</summary>
    public static double Error(double[] actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        var errors = actual.Zip(expected, (a, e) => a - e).ToArray();
        var norm = Math.Sqrt(Dot(errors, errors) / Math.Max(1e-300, Dot(expected, expected)));
        var most = errors.Max(Math.Abs) / Math.Max(1e-300, expected.Max(Math.Abs));
        return double.IsNaN(norm + most) ? double.PositiveInfinity : Math.Max(norm, most);
    }

    /// <summary>Within the rounding of the type in which the result is stored.</summary>
    public static void AssertClose<T>(double[] expected, Operand<T> actual)
        where T : unmanaged, Inference.Simd.IElement<T> =>
        Assert.InRange(Error(actual.Values, expected), 0, typeof(T) == typeof(Inference.Simd.Brain16) ? 8e-3 : 1e-5);

    private static double Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
