using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Statistics;

/// <summary>
/// The chance that at least one of k answers is right, estimated without bias from n answers to each problem
/// (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1).
/// </summary>
public static class PassAtK
{
    /// <summary>1 − C(n − c, k)/C(n, k), as a running product, so that no factorial overflows.</summary>
    /// <param name="n">Answers drawn.</param>
    /// <param name="c">Right ones among them, in [0, n].</param>
    /// <param name="k">Answers allowed, in [1, n].</param>
    public static double Estimate(int n, int c, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, k);
        ArgumentOutOfRangeException.ThrowIfNegative(c);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(c, n);
        if (n - c < k)
            return 1;
        var allWrong = 1.0;
        for (var i = n - c + 1; i <= n; i++)
            allWrong *= 1 - (double)k / i;
        return 1 - allWrong;
    }

    /// <summary>The mean over problems, with a bootstrap interval over problems.</summary>
    /// <param name="n">Answers drawn to each problem.</param>
    /// <param name="correct">Right answers to each problem.</param>
    /// <param name="k">Answers allowed, in [1, n].</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static Interval Mean(int n, IReadOnlyList<int> correct, int k, int seed)
    {
        var values = new double[correct.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Estimate(n, correct[i], k);
        return Bootstrap.Mean(values, seed);
    }
}
