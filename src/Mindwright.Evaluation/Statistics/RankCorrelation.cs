namespace Mindwright.Evaluation.Statistics;

/// <summary>Agreement of two orders.</summary>
internal static class RankCorrelation
{
    /// <summary>Spearman's ρ: Pearson's correlation of the ranks, ties sharing their mean rank. 0 where one side is constant.</summary>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two values.</exception>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length || a.Length < 2)
            throw new ArgumentException($"A correlation needs two lists of the same length, at least 2; these have {a.Length} and {b.Length}.");
        var (x, y) = (Ranks(a), Ranks(b));
        var mean = (a.Length + 1) / 2.0;
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var keys = values.ToArray();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        var ranks = new double[keys.Length];
        for (var from = 0; from < keys.Length;)
        {
            var to = from;
            while (to + 1 < keys.Length && keys[to + 1] == keys[from])
                to++;
            for (var i = from; i <= to; i++)
                ranks[order[i]] = (from + to) / 2.0 + 1;
            from = to + 1;
        }
        return ranks;
    }
}
