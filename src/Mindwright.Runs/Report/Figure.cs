using System.Globalization;

namespace Mindwright.Runs.Report;

/// <summary>Numbers as people read them, in the invariant culture.</summary>
public static class Figure
{
    private static readonly (double Size, string Suffix)[] Suffixes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

    /// <summary>Rounds to so many significant digits, without an exponent for everyday sizes: 0.0123, 4.57, 1234.</summary>
    public static string Significant(double value, int digits = 3)
    {
        if (!double.IsFinite(value) || value == 0)
            return value.ToString(CultureInfo.InvariantCulture);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is < -4 or > 8)
            return value.ToString("0." + new string('0', digits - 1) + "e0", CultureInfo.InvariantCulture);
        return value.ToString("F" + Math.Max(0, digits - 1 - magnitude), CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number with its thousands apart: 12,345.</summary>
    public static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A fraction in per cent, to a tenth: 49.4 %.</summary>
    public static string Percent(double fraction) => (100 * fraction).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Short form for counts: 950, 1.2k, 3.4M.</summary>
    public static string Short(double value)
    {
        foreach (var (size, suffix) in Suffixes)
            if (Math.Abs(value) >= size && Math.Abs(value) < 1000e12)
                return (value / size).ToString("0.##", CultureInfo.InvariantCulture) + suffix;
        return Math.Abs(value) is 0 or (>= 1e-4 and < 1e3)
            ? value.ToString("0.######", CultureInfo.InvariantCulture)
            : value.ToString("0.##e0", CultureInfo.InvariantCulture);
    }

    /// <summary>Time span: 4.2 s, 3 min 05 s, 2 h 07 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 59.95 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 3599.5 => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s"),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{(long)Math.Round(seconds / 60) / 60} h {(long)Math.Round(seconds / 60) % 60:00} min"),
    };

    /// <summary>An estimate with its bounds, to the digits that the interval's width supports: 71 [66, 76].</summary>
    public static string WithInterval(Interval interval)
    {
        var width = interval.High - interval.Low;
        if (!(width > 0) || !double.IsFinite(width))
            return Significant(interval.Estimate);
        var format = "F" + Math.Clamp(-(int)Math.Floor(Math.Log10(width / 2)), 0, 9);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(interval.Estimate)} [{Text(interval.Low)}, {Text(interval.High)}]");

        string Text(double value) => (value + 0.0).ToString(format, CultureInfo.InvariantCulture);
    }
}
