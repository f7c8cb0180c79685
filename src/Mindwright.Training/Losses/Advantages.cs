namespace Mindwright.Training;

/// <summary>How much better an answer was than expected.</summary>
public static class Advantages
{
    /// <summary>
    /// Rewards of a group of answers to one question, less their mean, over their standard deviation (Shao et al. 2024, GRPO).
    /// They sum to 0; a group whose rewards are all equal teaches nothing and gets zeros.
    /// </summary>
    /// <param name="rewards">The rewards of one group.</param>
    /// <param name="normalize">Whether to divide by the deviation; without, questions of middling difficulty weigh more (Liu et al. 2025, Dr. GRPO).</param>
    public static double[] Group(ReadOnlySpan<double> rewards, bool normalize = true)
    {
        var advantages = new double[rewards.Length];
        if (rewards.Length == 0)
            return advantages;
        var mean = 0.0;
        foreach (var reward in rewards)
            mean += reward / rewards.Length;
        var variance = 0.0;
        foreach (var reward in rewards)
            variance += (reward - mean) * (reward - mean) / rewards.Length;
        var deviation = Math.Sqrt(variance);
        if (deviation < 1e-9)
            return advantages;
        for (var i = 0; i < rewards.Length; i++)
            advantages[i] = (rewards[i] - mean) / (normalize ? deviation : 1);
        return advantages;
    }
}
