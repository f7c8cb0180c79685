namespace Mindwright.Planning.Scaling;

/// <summary>A two-sided interval.</summary>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>True where the value lies inside, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}

/// <summary>
/// The fit of L = E + A/N^α + B/D^β to trained models, with the law refitted to resampled rows as its uncertainty. Immutable.
/// </summary>
/// <param name="Law">The fitted law.</param>
/// <param name="Rows">How many trained models it was fitted to.</param>
/// <param name="Objective">The Huber sum at the minimum (δ = 1e-3, on log loss).</param>
/// <param name="RmsLogResidual">Root mean square of predicted minus actual log loss: about the relative error of a prediction.</param>
/// <param name="Starts">From how many points the minimizer began.</param>
/// <param name="StartsAtBest">How many of these ended at the best minimum; the others show why one start is not enough.</param>
/// <param name="Replicates">The law of each bootstrap sample.</param>
public sealed record LossFit(
    ParametricLaw Law, int Rows, double Objective, double RmsLogResidual, int Starts, int StartsAtBest,
    IReadOnlyList<ParametricLaw> Replicates)
{
    /// <summary>The share of replicates inside an interval.</summary>
    public const double Confidence = 0.95;

    // Exponents from nearly flat to steeper than anything seen; E, A and B of a start follow by least squares.
    private static readonly double[] Exponents = [0.05, 0.15, 0.3, 0.5, 0.8, 1.2];

    /// <summary>Fits the law from a grid of 36 starts. The result doesn't depend on the number of threads.</summary>
    /// <param name="rows">At least 6 trained models whose N and D vary independently of each other.</param>
    /// <param name="bootstrap">Resamples for the intervals; 0 for none.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="name">The fitted law's name.</param>
    /// <param name="source">Where the rows are from.</param>
    /// <param name="cancellation">Stops the work between two minimizations.</param>
    /// <exception cref="InvalidDataException">Too few rows, or rows that cannot tell the terms apart.</exception>
    public static LossFit Fit(
        IReadOnlyList<LossRow> rows, int bootstrap = 200, int seed = 0, string name = "fit", string source = "fitted rows",
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Require.InRange(bootstrap, 0, 100_000, nameof(bootstrap));
        CheckIdentifiable(rows);
        var objective = new LossObjective(rows);
        var starts = Exponents.SelectMany(alpha => Exponents.Select(beta => objective.Start(alpha, beta))).ToArray();
        var ends = new Lbfgs.Result[starts.Length];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, starts.Length, options, i => ends[i] = Lbfgs.Minimize(objective.Evaluate, starts[i]));
        var legal = ends.Where(IsLegal).ToArray();
        if (legal.Length == 0)
            throw new InvalidDataException("no law with positive exponents fits these rows: loss should fall with size and with tokens");
        var best = legal.MinBy(end => end.Value);

        var replicates = new ParametricLaw?[bootstrap];
        Parallel.For(0, bootstrap, options, i =>
        {
            var random = new Random(unchecked(seed * 1_000_003 + i));
            var weights = new double[rows.Count];
            for (var draw = 0; draw < rows.Count; draw++)
                weights[random.Next(rows.Count)]++;
            var resampled = new LossObjective(rows, weights);
            var end = Lbfgs.Minimize(resampled.Evaluate, best.Point);
            if (IsLegal(end))
                replicates[i] = resampled.ToLaw(end.Point, $"{name}-{i}", source);
        });

        var law = objective.ToLaw(best.Point, name, source);
        var squares = rows.Sum(r => Math.Pow(Math.Log(law.Loss(r.Parameters, r.Tokens)!.Value / r.Loss), 2));
        return new LossFit(law, rows.Count, best.Value * LossObjective.Delta, Math.Sqrt(squares / rows.Count), starts.Length,
            legal.Count(end => end.Value <= best.Value * (1 + 1e-6) + 1e-12), [.. replicates.OfType<ParametricLaw>()]);
    }

    /// <summary>The interval of anything that follows from the law: an exponent, a loss, an optimal size.</summary>
    /// <returns>Null where the fit was made without bootstrap.</returns>
    public Interval? IntervalOf(Func<ParametricLaw, double> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        if (Replicates.Count == 0)
            return null;
        var values = Replicates.Select(property).Order().ToArray();
        return new Interval(Quantile((1 - Confidence) / 2), Quantile((1 + Confidence) / 2));

        double Quantile(double q)
        {
            var position = q * (values.Length - 1);
            var below = (int)position;
            var above = Math.Min(below + 1, values.Length - 1);
            return values[below] + (position - below) * (values[above] - values[below]);
        }
    }

    private static bool IsLegal(Lbfgs.Result end) =>
        double.IsFinite(end.Value) && end.Point[3] > 0 && end.Point[4] > 0 && end.Point.All(double.IsFinite)
        // Beyond these the constants leave the range of a double: the term has vanished.
        && end.Point[3] < 20 && end.Point[4] < 20 && Math.Abs(end.Point[2]) < 300;

    /// <summary>Refuses models whose losses could not determine the law's constants, whatever they are; a sweep checks this before training.</summary>
    /// <exception cref="InvalidDataException">There are too few, or too few sizes or lengths, or both rise together.</exception>
    public static void CheckIdentifiable(IReadOnlyList<LossRow> rows)
    {
        if (rows.Count < 6)
            throw new InvalidDataException($"{rows.Count} rows cannot determine five constants: give at least 6 trained models");
        var n = rows.Select(r => Math.Log(r.Parameters)).ToArray();
        var d = rows.Select(r => Math.Log(r.Tokens)).ToArray();
        if (n.Distinct().Count() < 3 || d.Distinct().Count() < 3)
            throw new InvalidDataException("the rows need at least 3 different model sizes and 3 different token counts");
        double mn = n.Average(), md = d.Average(), nn = 0, dd = 0, nd = 0;
        for (var i = 0; i < n.Length; i++)
        {
            nn += (n[i] - mn) * (n[i] - mn);
            dd += (d[i] - md) * (d[i] - md);
            nd += (n[i] - mn) * (d[i] - md);
        }
        if (nd * nd > 0.9999 * nn * dd)
            throw new InvalidDataException(
                "N and D rise together in every row, so their effects cannot be separated: train some sizes on other token counts");
    }
}
