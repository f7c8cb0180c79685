using System.Numerics.Tensors;

namespace Mindwright.Inference.Sampling;

/// <summary>Log-probabilities (nats) of a row of logits.</summary>
public static class LogProbs
{
    // Sums run in double over blocks: exact enough for vocabularies of any size, and still vectorized.
    private const int Block = 1024;

    /// <summary>The id of the greatest logit, the lowest where several are equal.</summary>
    /// <param name="logits"><c>[vocab]</c></param>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        var greatest = Greatest(logits);
        return logits.IndexOf(greatest);
    }

    /// <summary>log Σ exp(logit), stable for logits of any size.</summary>
    /// <param name="logits"><c>[vocab]</c></param>
    /// <exception cref="ArithmeticException">A logit is NaN or +∞, or all are −∞.</exception>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        Span<float> weights = stackalloc float[Block];
        var greatest = Greatest(logits);
        var sum = 0.0;
        for (var start = 0; start < logits.Length; start += Block)
        {
            var part = logits[start..Math.Min(start + Block, logits.Length)];
            TensorPrimitives.Subtract(part, greatest, weights);
            TensorPrimitives.Exp(weights[..part.Length], weights);
            sum += TensorPrimitives.Sum<float>(weights[..part.Length]);
        }
        return greatest + Math.Log(sum);
    }

    /// <summary>The log-probabilities of the model's own distribution (log-softmax).</summary>
    /// <param name="logits"><c>[vocab]</c></param>
    /// <param name="destination">Receives <c>[vocab]</c>; may be <paramref name="logits"/> itself.</param>
    /// <inheritdoc cref="LogSumExp" path="/exception"/>
    public static void LogSoftmax(ReadOnlySpan<float> logits, Span<float> destination) =>
        TensorPrimitives.Subtract(logits, (float)LogSumExp(logits), destination);

    /// <summary>
    /// The log-probabilities of the distribution that a <see cref="Sampler"/> with these options draws from: −∞ where it never does.
    /// </summary>
    /// <param name="logits"><c>[vocab]</c></param>
    /// <param name="options">Temperature, truncation and penalty.</param>
    /// <param name="history">The tokens that a repetition penalty looks at.</param>
    /// <param name="destination">Receives <c>[vocab]</c>; may be <paramref name="logits"/> itself.</param>
    /// <inheritdoc cref="LogSumExp" path="/exception"/>
    public static void Transform(
        ReadOnlySpan<float> logits, SamplingOptions options, ReadOnlySpan<int> history, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        destination = destination[..logits.Length];
        new Truncation(options).Apply(logits, history, destination);
        LogSoftmax(destination, destination);
    }

    /// <summary>The greatest logit, checked to be finite.</summary>
    internal static float Greatest(ReadOnlySpan<float> logits)
    {
        var greatest = TensorPrimitives.Max(logits); // NaN if any is NaN
        return float.IsFinite(greatest)
            ? greatest
            : throw new ArithmeticException(
                float.IsNegativeInfinity(greatest)
                    ? "All logits are -inf: no token is possible"
                    : $"A logit is {(float.IsNaN(greatest) ? "NaN" : "infinite")}: the model has diverged, or its weights are damaged");
    }
}
