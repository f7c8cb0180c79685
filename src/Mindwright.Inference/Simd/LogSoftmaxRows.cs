using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>Log-probability of one token a row under the softmax of the row's logits, without a table of probabilities.</summary>
internal static unsafe class LogSoftmaxRows
{
    /// <summary>Log-probabilities of tokens.</summary>
    /// <param name="logits">Logits <c>[rows, vocabulary]</c>.</param>
    /// <param name="targets">The tokens <c>[rows]</c>, each from 0 to vocabulary − 1: they are not checked here.</param>
    /// <param name="sums">Receives log Σ exp(logit) of each row <c>[rows]</c>.</param>
    /// <param name="logProbs">Receives the log-probabilities in nats <c>[rows]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="vocabulary">Number of logits in a row.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Forward<T>(T* logits, long* targets, float* sums, float* logProbs, long rows, int vocabulary, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, vocabulary, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
                (sums[row], logProbs[row]) = ForwardRow(logits + row * vocabulary, vocabulary, targets[row]);
        });

    /// <summary>Turns logits into their own gradients.</summary>
    /// <param name="logits">Logits <c>[rows, vocabulary]</c>, which are overwritten.</param>
    /// <param name="targets">The tokens <c>[rows]</c>.</param>
    /// <param name="sums">What <see cref="Forward"/> found.</param>
    /// <param name="g">Gradients of the log-probabilities <c>[rows]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="vocabulary">Number of logits in a row.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Backward<T>(T* logits, long* targets, float* sums, float* g, long rows, int vocabulary, int threads)
        where T : unmanaged, IElement<T> =>
        Rows.Run(rows, vocabulary, threads, (_, from, to) =>
        {
            for (var row = from; row < to; row++)
                BackwardRow(logits + row * vocabulary, vocabulary, sums[row], targets[row], g[row]);
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Sum, float LogProb) ForwardRow<T>(T* logits, int vocabulary, long target)
        where T : unmanaged, IElement<T>
    {
        var whole = vocabulary - vocabulary % Lanes.Width;
        var greatest = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < whole; i += Lanes.Width)
            greatest = Vector512.MaxNative(greatest, T.Load(logits + i));
        var max = Lanes.Max(greatest);
        for (var i = whole; i < vocabulary; i++)
            max = MathF.Max(max, Lanes.Load(logits + i, 1)[0]);
        var shift = Vector512.Create(max);
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < whole; i += Lanes.Width)
            sum += Lanes.Exp(T.Load(logits + i) - shift);
        var total = Vector512.Sum(sum);
        for (var i = whole; i < vocabulary; i++)
            total += MathF.Exp(Lanes.Load(logits + i, 1)[0] - max);
        // The target's logit is taken relative to the greatest, so that large logits cancel exactly.
        var log = MathF.Log(total);
        return (max + log, Lanes.Load(logits + target, 1)[0] - max - log);
    }

    // d logit = g·(1[target] − softmax).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardRow<T>(T* logits, int vocabulary, float sum, long target, float g)
        where T : unmanaged, IElement<T>
    {
        var (shift, scale) = (Vector512.Create(sum), Vector512.Create(-g));
        var probability = Lanes.Exp(Lanes.Load(logits + target, 1) - shift);
        for (var i = 0; i < vocabulary; i += Lanes.Width)
        {
            var left = vocabulary - i;
            Lanes.Store(logits + i, left, Lanes.Exp(Lanes.Load(logits + i, left) - shift) * scale);
        }
        Lanes.Store(logits + target, 1, (probability - Vector512<float>.One) * scale);
    }
}
