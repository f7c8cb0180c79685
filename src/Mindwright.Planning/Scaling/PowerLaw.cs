namespace Mindwright.Planning.Scaling;

/// <summary>y = k·x^p, fitted by least squares on logarithms, with the 95 % intervals of Student's t.</summary>
/// <param name="Coefficient">k.</param>
/// <param name="Exponent">p.</param>
/// <param name="CoefficientInterval">95 % interval of k.</param>
/// <param name="ExponentInterval">95 % interval of p.</param>
/// <param name="RSquared">The share of the variance of log y that it explains.</param>
/// <param name="Points">How many points it was fitted to.</param>
public sealed record PowerLaw(
    double Coefficient, double Exponent, Interval CoefficientInterval, Interval ExponentInterval, double RSquared, int Points)
{
    // Of the logarithms: mean of x, sum of its squared deviations, variance of the residuals, Student's t.
    private (double MeanX, double SumX, double Variance, double T) _spread;

    /// <summary>k·x^p.</summary>
    public double At(double x) => Coefficient * Math.Pow(x, Exponent);

    /// <summary>The 95 % interval of the law's own value at x: wider, the farther x lies from the points.</summary>
    public Interval IntervalAt(double x)
    {
        var distance = Math.Log(Require.Positive(x, nameof(x))) - _spread.MeanX;
        var factor = Math.Exp(_spread.T * Math.Sqrt(_spread.Variance * (1.0 / Points + distance * distance / _spread.SumX)));
        return new Interval(At(x) / factor, At(x) * factor);
    }

    /// <summary>Fits at least 3 points with positive coordinates and two different x.</summary>
    /// <exception cref="InvalidDataException">Fewer points, one x only, or a coordinate that has no logarithm.</exception>
    public static PowerLaw Fit(IReadOnlyList<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 3)
            throw new InvalidDataException($"a power law with an interval needs at least 3 points, here are {points.Count}");
        if (points.Any(p => !(p.X > 0 && p.Y > 0 && double.IsFinite(p.X) && double.IsFinite(p.Y))))
            throw new InvalidDataException("a power law needs points whose coordinates are positive and finite");
        var x = points.Select(p => Math.Log(p.X)).ToArray();
        var y = points.Select(p => Math.Log(p.Y)).ToArray();
        double mx = x.Average(), my = y.Average(), xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xx += (x[i] - mx) * (x[i] - mx);
            xy += (x[i] - mx) * (y[i] - my);
            yy += (y[i] - my) * (y[i] - my);
        }
        if (xx < 1e-18)
            throw new InvalidDataException("a power law needs points at different x");
        var slope = xy / xx;
        var intercept = my - slope * mx;
        var residual = x.Select((value, i) => Math.Pow(y[i] - intercept - slope * value, 2)).Sum();
        var variance = residual / (x.Length - 2);
        var t = StudentT.Quantile(0.975, x.Length - 2);
        var slopeError = t * Math.Sqrt(variance / xx);
        var interceptError = t * Math.Sqrt(variance * (1.0 / x.Length + mx * mx / xx));
        return new PowerLaw(Math.Exp(intercept), slope,
            new Interval(Math.Exp(intercept - interceptError), Math.Exp(intercept + interceptError)),
            new Interval(slope - slopeError, slope + slopeError),
            yy > 0 ? 1 - residual / yy : 1, x.Length)
        { _spread = (mx, xx, variance, t) };
    }

    /// <summary>
    /// The frontier of trained models: those that no other beats with as little compute or less, ordered by compute (approach 1 of
    /// Hoffmann et al., with finished runs for points of curves).
    /// </summary>
    public static IReadOnlyList<LossRow> Frontier(IEnumerable<LossRow> rows)
    {
        var frontier = new List<LossRow>();
        foreach (var row in rows.OrderBy(r => r.Flops).ThenBy(r => r.Loss))
            if (frontier.Count == 0 || row.Loss < frontier[^1].Loss)
                frontier.Add(row);
        return frontier;
    }
}
