namespace Mindwright.Runs.Report;

/// <summary>Maps values of an axis to pixels and chooses the values that get a tick.</summary>
internal sealed class Scale
{
    private readonly bool _log;
    private readonly double _from;
    private readonly double _to;

    /// <param name="axis">The axis, with the ends that are given.</param>
    /// <param name="values">All values that it has to show.</param>
    /// <param name="from">Pixel of the lower end.</param>
    /// <param name="to">Pixel of the upper end.</param>
    /// <param name="tight">Whether the ends are the data's own, as for the steps of a run, or the next ticks.</param>
    public Scale(Axis axis, IEnumerable<double> values, double from, double to, bool tight)
    {
        (_log, _from, _to) = (axis.Log, from, to);
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(Shows))
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            (low, high) = (axis.Log ? 1 : 0, axis.Log ? 10 : 1);
        // Values that differ by rounding alone leave no space for ticks between them.
        if (high - low <= 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)))
            (low, high) = axis.Log ? (low / 2, high * 2) : (low - 0.5, high + 0.5);
        Low = axis.Min ?? low;
        High = axis.Max ?? high;
        if (!(Low < High) || (axis.Log && Low <= 0))
            throw new ArgumentException($"The axis \"{axis.Label}\" from {Low} to {High} has no extent{(axis.Log ? " on a logarithmic scale" : "")}.");

        Ticks = NiceTicks();
        if (tight)
            return;

        // Space above and below: up to the next tick, which is reached by widening to the ticks' own step.
        if (!axis.Log && Ticks.Length > 1)
        {
            var step = Ticks[1] - Ticks[0];
            Low = axis.Min ?? Math.Floor(low / step + 1e-9) * step;
            High = axis.Max ?? Math.Ceiling(high / step - 1e-9) * step;
        }
        else if (axis.Log)
        {
            var margin = Math.Pow(High / Low, 0.05);
            Low = axis.Min ?? Low / margin;
            High = axis.Max ?? High * margin;
        }
        Ticks = NiceTicks();
    }

    public double Low { get; }

    public double High { get; }

    public double[] Ticks { get; }

    /// <summary>Whether a value can be drawn at all.</summary>
    public bool Shows(double value) => double.IsFinite(value) && (!_log || value > 0);

    /// <summary>Pixel of a value; values beyond the ends land on them.</summary>
    public double this[double value]
    {
        get
        {
            var part = _log ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);
            return _from + Math.Clamp(part, 0, 1) * (_to - _from);
        }
    }

    private double[] NiceTicks()
    {
        if (!_log || High / Low < 8)
            return Linear();
        var decades = Math.Log10(High / Low);
        double[] within = decades <= 2.5 ? [1, 2, 5] : [1];
        var every = Math.Max(1, (int)Math.Ceiling(decades / 8));
        var ticks = new List<double>();
        for (var power = (int)Math.Floor(Math.Log10(Low)); power <= Math.Log10(High) + 1e-9; power++)
            if (power % every == 0)
                ticks.AddRange(within.Select(digit => digit * Math.Pow(10, power)));
        return [.. ticks.Where(Inside)];
    }

    /// <summary>Multiples of 1, 2 or 5 times a power of ten, about five of them.</summary>
    private double[] Linear()
    {
        var rough = (High - Low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var first = (long)Math.Ceiling(Low / step - 1e-9);
        var last = (long)Math.Floor(High / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Math.Round((first + i) * step / power, 6) * power)];
    }

    private bool Inside(double tick) => tick >= Low * (1 - 1e-9) && tick <= High * (1 + 1e-9);
}
