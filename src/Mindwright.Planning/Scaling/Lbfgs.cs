namespace Mindwright.Planning.Scaling;

/// <summary>A smooth function of several variables: returns f(x) and fills the gradient.</summary>
internal delegate double SmoothFunction(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>
/// Limited-memory BFGS with a strong-Wolfe line search, in double precision (Nocedal &amp; Wright, algorithms 7.5, 3.5 and 3.6).
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 10;
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;

    /// <summary>Where the minimizer stopped.</summary>
    /// <param name="Point">The best point found.</param>
    /// <param name="Value">f there.</param>
    public readonly record struct Result(double[] Point, double Value);

    /// <summary>Minimizes from <paramref name="start"/> until the gradient vanishes or no step improves.</summary>
    public static Result Minimize(SmoothFunction function, ReadOnlySpan<double> start, int maxIterations = 1000, double tolerance = 1e-12)
    {
        var n = start.Length;
        var x = start.ToArray();
        var gradient = new double[n];
        var value = function(x, gradient);
        var steps = new List<(double[] S, double[] Y, double Rho)>(Memory);
        var direction = new double[n];
        for (var iteration = 0; iteration < maxIterations && double.IsFinite(value) && MaxNorm(gradient) > tolerance; iteration++)
        {
            Direction(gradient, steps, direction);
            var slope = Dot(gradient, direction);
            if (!(slope < 0))
            {
                // The curvature pairs went stale (the Huber loss has kinks in its second derivative): begin again downhill.
                steps.Clear();
                for (var i = 0; i < n; i++)
                    direction[i] = -gradient[i];
                slope = Dot(gradient, direction);
            }
            var first = steps.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1;
            if (LineSearch(function, x, value, slope, direction, first) is not { } found)
            {
                if (steps.Count == 0)
                    break;
                steps.Clear();
                continue;
            }
            var s = new double[n];
            var y = new double[n];
            for (var i = 0; i < n; i++)
            {
                s[i] = found.X[i] - x[i];
                y[i] = found.Gradient[i] - gradient[i];
            }
            var sy = Dot(s, y);
            if (sy > 1e-14 * Math.Sqrt(Dot(s, s) * Dot(y, y)))
            {
                if (steps.Count == Memory)
                    steps.RemoveAt(0);
                steps.Add((s, y, 1 / sy));
            }
            (x, gradient, value) = (found.X, found.Gradient, found.Value);
        }
        return new Result(x, value);
    }

    /// <summary>The two-loop recursion: −H·g, H being the inverse Hessian that the remembered steps imply.</summary>
    private static void Direction(double[] gradient, List<(double[] S, double[] Y, double Rho)> steps, double[] direction)
    {
        gradient.CopyTo(direction, 0);
        Span<double> alpha = stackalloc double[Memory];
        for (var k = steps.Count - 1; k >= 0; k--)
        {
            alpha[k] = steps[k].Rho * Dot(steps[k].S, direction);
            AddScaled(direction, -alpha[k], steps[k].Y);
        }
        if (steps.Count > 0)
        {
            var (s, y, _) = steps[^1];
            var scale = Dot(s, y) / Dot(y, y);
            for (var i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }
        for (var k = 0; k < steps.Count; k++)
            AddScaled(direction, alpha[k] - steps[k].Rho * Dot(steps[k].Y, direction), steps[k].S);
        for (var i = 0; i < direction.Length; i++)
            direction[i] = -direction[i];
    }

    /// <summary>A step that satisfies the strong Wolfe conditions; else the best decrease seen; null if there is none.</summary>
    private static (double[] X, double[] Gradient, double Value)? LineSearch(
        SmoothFunction function, double[] x, double value, double slope, double[] direction, double first)
    {
        (double[] X, double[] Gradient, double Value)? best = null;
        // The bracket [low, high]: low holds the best value that still decreases enough, with its slope.
        double low = 0, lowValue = value, lowSlope = slope;
        double high = double.NaN, step = first;
        for (var trial = 0; trial < 40; trial++)
        {
            var point = new double[x.Length];
            var gradient = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
                point[i] = x[i] + step * direction[i];
            var f = function(point, gradient);
            var g = Dot(gradient, direction);
            if (f < (best?.Value ?? value))
                best = (point, gradient, f);
            if (!double.IsFinite(f) || f > value + SufficientDecrease * step * slope || f >= lowValue && trial > 0)
            {
                high = step;
            }
            else
            {
                if (Math.Abs(g) <= -Curvature * slope)
                    return (point, gradient, f);
                if (double.IsNaN(high) ? g > 0 : g * (high - low) >= 0)
                    high = low;
                (low, lowValue, lowSlope) = (step, f, g);
            }
            if (double.IsNaN(high))
                step *= 2;
            else
                step = Interpolate(low, lowValue, lowSlope, high, f, step);
            if (Math.Abs(high - low) < 1e-16 * Math.Max(1, Math.Abs(low)))
                break;
        }
        return best;
    }

    /// <summary>The minimum of the parabola through low (value, slope) and the last failed trial, kept well inside the bracket.</summary>
    private static double Interpolate(double low, double lowValue, double lowSlope, double high, double trialValue, double trial)
    {
        var width = high - low;
        var d = trial - low;
        var parabola = trial == high && double.IsFinite(trialValue)
            ? low - lowSlope * d * d / (2 * (trialValue - lowValue - lowSlope * d))
            : double.NaN;
        var share = (parabola - low) / width;
        return share is >= 0.1 and <= 0.9 ? parabola : low + width / 2;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void AddScaled(Span<double> target, double scale, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += scale * values[i];
    }

    private static double MaxNorm(ReadOnlySpan<double> values)
    {
        var max = 0.0;
        foreach (var value in values)
            max = Math.Max(max, Math.Abs(value));
        return max;
    }
}
