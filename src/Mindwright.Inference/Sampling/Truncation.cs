using System.Numerics.Tensors;

namespace Mindwright.Inference.Sampling;

/// <summary>
/// Turns logits into those of the distribution to draw from: penalized, divided by the temperature, and −∞ where truncated.
/// </summary>
/// <remarks>Keeps its working memory from call to call; one caller at a time.</remarks>
internal sealed class Truncation(SamplingOptions options)
{
    // Below this nothing changes any more: the second most probable token is out of reach already.
    private const float LeastTemperature = 1e-30f;

    private float[] _sorted = [];
    private readonly HashSet<int> _seen = [];

    /// <summary>Writes the transformed logits, shifted so that the greatest is 0.</summary>
    /// <param name="logits"><c>[vocab]</c></param>
    /// <param name="history">Tokens whose repetition is penalized.</param>
    /// <param name="destination"><c>[vocab]</c>; may be <paramref name="logits"/>.</param>
    public void Apply(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, Span<float> destination)
    {
        logits.CopyTo(destination);
        if (options.RepetitionPenalty != 1)
            Penalize(destination, history);
        var greatest = LogProbs.Greatest(destination);
        if (options.Temperature == 0)
        {
            var best = destination.IndexOf(greatest);
            destination.Fill(float.NegativeInfinity);
            destination[best] = 0;
            return;
        }
        // Shifted before it is divided, so that no temperature, however small, makes an infinity of the greatest logit.
        TensorPrimitives.Subtract(destination, greatest, destination);
        TensorPrimitives.Divide(destination, Math.Max((float)options.Temperature, LeastTemperature), destination);
        var threshold = Threshold(destination);
        if (float.IsNegativeInfinity(threshold))
            return;
        for (var i = 0; i < destination.Length; i++)
            if (destination[i] < threshold)
                destination[i] = float.NegativeInfinity;
    }

    private void Penalize(Span<float> logits, ReadOnlySpan<int> history)
    {
        var penalty = (float)options.RepetitionPenalty;
        _seen.Clear();
        foreach (var token in history)
            if (_seen.Add(token))
                logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
    }

    /// <summary>The least logit that is kept.</summary>
    private float Threshold(ReadOnlySpan<float> shifted)
    {
        var minP = options.MinP > 0 ? (float)Math.Log(options.MinP) : float.NegativeInfinity;
        var topK = options.TopK > 0 && options.TopK < shifted.Length;
        if (!topK && options.TopP == 1)
            return minP;
        if (_sorted.Length < shifted.Length)
            _sorted = new float[shifted.Length];
        var kept = _sorted.AsSpan(0, shifted.Length);
        shifted.CopyTo(kept);
        if (topK)
            kept = kept[..KeepTop(kept, options.TopK)];
        return Math.Max(minP, options.TopP < 1 ? Nucleus(kept) : TensorPrimitives.Min<float>(kept));
    }

    /// <summary>Gathers the k greatest values, and those that tie with the least of them, at the front; returns how many those are.</summary>
    private static int KeepTop(Span<float> values, int k)
    {
        var kth = Select(values, k - 1);
        var count = 0;
        for (var i = 0; i < values.Length; i++)
            if (values[i] >= kth)
                values[count++] = values[i];
        return count;
    }

    /// <summary>Hoare's selection: the value that would be at <paramref name="rank"/> if the values were sorted downwards.</summary>
    private static float Select(Span<float> values, int rank)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = values[low + (high - low) / 2];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] > pivot)
                    i++;
                while (values[j] < pivot)
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (rank <= j)
                high = j;
            else if (rank >= i)
                low = i;
            else
                break;
        }
        return values[rank];
    }

    /// <summary>The least logit of the nucleus among the values.</summary>
    private float Nucleus(Span<float> values)
    {
        var logTotal = LogProbs.LogSumExp(values);
        // Tokens less probable than (1 - p) / n sum to less than 1 - p together, so the nucleus can do without them:
        // what remains to be sorted is short even for a large vocabulary.
        var negligible = (float)(Math.Log((1 - options.TopP) / values.Length) + logTotal);
        var count = 0;
        foreach (var value in values)
            if (value >= negligible)
                values[count++] = value;
        var candidates = values[..count];
        candidates.Sort();
        var sum = 0.0;
        for (var i = candidates.Length - 1; i > 0; i--)
        {
            sum += Math.Exp(candidates[i] - logTotal);
            if (sum >= options.TopP)
                return candidates[i];
        }
        return candidates[0];
    }
}
