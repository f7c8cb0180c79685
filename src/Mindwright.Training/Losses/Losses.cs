using static TorchSharp.torch;

namespace Mindwright.Training;

/// <summary>Losses as pure functions of log-probabilities. Lower is better; nats.</summary>
public static class Losses
{
    /// <summary>
    /// Cross-entropy: the negative mean log-probability of the tokens that count.
    /// </summary>
    /// <param name="logProbs">Log-probability of each target <c>[..]</c>.</param>
    /// <param name="weights">What each target counts, 0 or more <c>[..]</c>; null counts all alike.</param>
    /// <param name="total">
    /// The sum of weights to divide by; give that of the whole step when the tensor is one micro-batch of several, so that
    /// accumulation changes nothing. Null takes this tensor's own.
    /// </param>
    public static Tensor CrossEntropy(Tensor logProbs, Tensor? weights = null, double? total = null)
    {
        if (weights is null)
            return -logProbs.sum() / (total ?? logProbs.NumberOfElements);
        return -(logProbs * weights).sum() / (total ?? weights.sum().item<float>());
    }

    /// <summary>
    /// The clipped policy objective (Schulman et al. 2017, eq. 7), summed over tokens and divided by their number, so every
    /// token counts alike whatever the length of its answer (Yu et al. 2025, DAPO).
    /// </summary>
    /// <param name="logProbs">Log-probabilities under the policy that is trained <c>[..]</c>.</param>
    /// <param name="oldLogProbs">Those under the policy that sampled, without gradient <c>[..]</c>.</param>
    /// <param name="advantages">The advantage of each token <c>[..]</c>.</param>
    /// <param name="mask">1 for tokens that the policy wrote, else 0 <c>[..]</c>.</param>
    /// <param name="clipLow">The ratio is clipped below 1 − this.</param>
    /// <param name="clipHigh">The ratio is clipped above 1 + this.</param>
    /// <param name="total">Number of tokens to divide by; null takes the mask's sum.</param>
    /// <returns>The loss; and, without gradient, the mean ratio and the share of tokens where clipping bound.</returns>
    public static PolicyLoss ClippedPolicy(
        Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor mask, double clipLow = 0.2, double clipHigh = 0.28, double? total = null)
    {
        var ratio = (logProbs - oldLogProbs).exp();
        var clipped = ratio.clamp(1 - clipLow, 1 + clipHigh);
        var gain = minimum(ratio * advantages, clipped * advantages);
        var count = total ?? mask.sum().item<float>();
        var loss = -(gain * mask).sum() / count;
        using var _ = no_grad();
        var bound = (clipped * advantages < ratio * advantages).to(ScalarType.Float32);
        var written = Math.Max(1, mask.sum().item<float>());
        return new PolicyLoss(loss, (ratio * mask).sum().item<float>() / written, (bound * mask).sum().item<float>() / written);
    }
}

/// <summary>A policy loss and what was seen on the way.</summary>
/// <param name="Loss">The loss, differentiable.</param>
/// <param name="MeanRatio">Mean probability ratio of new to old policy; 1 on-policy.</param>
/// <param name="ClipFraction">Share of tokens where the clip took effect; 0 on-policy.</param>
public sealed record PolicyLoss(Tensor Loss, double MeanRatio, double ClipFraction);
