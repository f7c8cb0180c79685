namespace Mindwright.Planning.Scaling;

/// <summary>
/// The objective of Hoffmann et al. (equation 3): Σ w·Huber(LSE(a − α log N, b − β log D, e) − log L), δ = 1e-3. The sum, not the mean: a
/// mean makes gradients so small that a minimizer stops early, which is how the published fit went wrong (Besiroglu et al. 2024, section 3).
/// </summary>
/// <remarks>
/// Variables are (a', b', e, α, β) with a' = a − α·mean(log N) and b' likewise: centered, the intercepts hardly correlate with the
/// exponents, and the minimizer needs tens of steps instead of thousands. Everything is divided by δ, for the same reason.
/// </remarks>
internal sealed class LossObjective
{
    public const double Delta = 1e-3;

    private readonly double[] _logN, _logD, _logLoss, _weights;
    private readonly double _meanLogN, _meanLogD;

    public LossObjective(IReadOnlyList<LossRow> rows, double[]? weights = null)
    {
        _logN = [.. rows.Select(r => Math.Log(r.Parameters))];
        _logD = [.. rows.Select(r => Math.Log(r.Tokens))];
        _logLoss = [.. rows.Select(r => Math.Log(r.Loss))];
        _weights = weights ?? [.. Enumerable.Repeat(1.0, rows.Count)];
        _meanLogN = _logN.Average();
        _meanLogD = _logD.Average();
        for (var i = 0; i < _logN.Length; i++)
        {
            _logN[i] -= _meanLogN;
            _logD[i] -= _meanLogD;
        }
    }

    /// <summary>f/δ at <paramref name="x"/> and its gradient.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        var sum = 0.0;
        for (var i = 0; i < _logN.Length; i++)
        {
            var size = x[0] - x[3] * _logN[i];
            var data = x[1] - x[4] * _logD[i];
            var max = Math.Max(Math.Max(size, data), x[2]);
            var (ps, pd, pe) = (Math.Exp(size - max), Math.Exp(data - max), Math.Exp(x[2] - max));
            var total = ps + pd + pe;
            var residual = max + Math.Log(total) - _logLoss[i];
            var size1 = Math.Abs(residual);
            sum += _weights[i] * (size1 <= Delta ? residual * residual / (2 * Delta) : size1 - Delta / 2);
            // ∂Huber/∂residual, over δ; then ∂LSE is the softmax.
            var pull = _weights[i] * Math.Clamp(residual / Delta, -1, 1) / total;
            gradient[0] += pull * ps;
            gradient[1] += pull * pd;
            gradient[2] += pull * pe;
            gradient[3] -= pull * ps * _logN[i];
            gradient[4] -= pull * pd * _logD[i];
        }
        return sum;
    }

    /// <summary>
    /// A start for given exponents: E, A and B are then linear in the loss, and weighted least squares gives them at once.
    /// </summary>
    public double[] Start(double alpha, double beta)
    {
        // Normal equations of min Σ w((E + A·u + B·v)/L − 1)², u = e^(−α log N), v = e^(−β log D), all centered.
        var m = new double[3, 4];
        var meanLoss = 0.0;
        for (var i = 0; i < _logN.Length; i++)
        {
            var loss = Math.Exp(_logLoss[i]);
            meanLoss += loss / _logN.Length;
            double[] basis = [1 / loss, Math.Exp(-alpha * _logN[i]) / loss, Math.Exp(-beta * _logD[i]) / loss];
            for (var r = 0; r < 3; r++)
            {
                for (var c = 0; c < 3; c++)
                    m[r, c] += _weights[i] * basis[r] * basis[c];
                m[r, 3] += _weights[i] * basis[r];
            }
        }
        var (e, a, b) = Solve(m);
        // A term that comes out negative starts small instead: its logarithm must exist.
        var floor = 1e-2 * meanLoss;
        return [LogOr(a), LogOr(b), LogOr(e), alpha, beta];

        double LogOr(double v) => Math.Log(double.IsFinite(v) && v > floor ? v : floor);
    }

    /// <summary>The law at a point.</summary>
    public ParametricLaw ToLaw(ReadOnlySpan<double> x, string name, string source) =>
        new(name, source, Math.Exp(x[2]), Math.Exp(x[0] + x[3] * _meanLogN), Math.Exp(x[1] + x[4] * _meanLogD), x[3], x[4]);

    private static (double, double, double) Solve(double[,] m)
    {
        for (var p = 0; p < 3; p++)
        {
            var pivot = p;
            for (var r = p + 1; r < 3; r++)
                if (Math.Abs(m[r, p]) > Math.Abs(m[pivot, p]))
                    pivot = r;
            for (var c = 0; c < 4; c++)
                (m[p, c], m[pivot, c]) = (m[pivot, c], m[p, c]);
            for (var r = 0; r < 3; r++)
                if (r != p)
                {
                    var f = m[r, p] / m[p, p];
                    for (var c = p; c < 4; c++)
                        m[r, c] -= f * m[p, c];
                }
        }
        return (m[0, 3] / m[0, 0], m[1, 3] / m[1, 1], m[2, 3] / m[2, 2]);
    }
}
