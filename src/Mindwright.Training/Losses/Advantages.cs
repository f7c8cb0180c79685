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

    /// <summary>
    /// The same for each token of a group's answers: how much better the answers did that begin with this token and all before it than those
    /// that begin with all before it. Where answers part, the token at which they part gets the credit; what they have in common, and
    /// what follows after an answer stands alone, gets none.
    /// </summary>
    /// <remarks>
    /// A prefix's value is the mean reward of the answers that share it: the Monte Carlo value of Kazemnejad et al. 2024 (VinePPO), over the
    /// tree that the group itself makes. Along an answer the advantages sum to its reward less the group's mean, which is
    /// what <see cref="Group"/> gives every token without <c>normalize</c>: the credit is the same, but it is not spread over tokens that had no part in it.
    /// </remarks>
    /// <param name="answers">The answers' token ids.</param>
    /// <param name="rewards">The reward of each.</param>
    /// <returns>An advantage a token, for each answer.</returns>
    public static double[][] Prefix(IReadOnlyList<int[]> answers, IReadOnlyList<double> rewards)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rewards.Count, answers.Count);
        var advantages = answers.Select(answer => new double[answer.Length]).ToArray();
        var open = new Stack<(int[] Members, int Depth)>();
        open.Push(([.. Enumerable.Range(0, answers.Count)], 0));
        while (open.TryPop(out var node))
        {
            if (node.Members.Length < 2)
                continue;
            var value = node.Members.Average(i => rewards[i]);
            foreach (var branch in node.Members.Where(i => answers[i].Length > node.Depth).GroupBy(i => answers[i][node.Depth]))
            {
                var members = branch.ToArray();
                var gain = members.Average(i => rewards[i]) - value;
                foreach (var i in members)
                    advantages[i][node.Depth] = gain;
                open.Push((members, node.Depth + 1));
            }
        }
        return advantages;
    }
}
