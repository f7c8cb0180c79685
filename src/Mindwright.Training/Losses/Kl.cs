using static TorchSharp.torch;

namespace Mindwright.Training;

/// <summary>Estimates of the Kullback–Leibler divergence from samples of the policy.</summary>
public static class Kl
{
    /// <summary>
    /// The k3 estimator of KL(policy ‖ reference), token by token: e^d − d − 1 with d = log reference − log policy. Unbiased, and
    /// never negative (Schulman 2020, "Approximating KL divergence").
    /// </summary>
    /// <param name="logProbs">Log-probabilities under the policy <c>[..]</c>.</param>
    /// <param name="referenceLogProbs">Log-probabilities of the same tokens under the reference <c>[..]</c>.</param>
    public static Tensor K3(Tensor logProbs, Tensor referenceLogProbs)
    {
        var difference = referenceLogProbs - logProbs;
        return difference.exp() - difference - 1;
    }
}
