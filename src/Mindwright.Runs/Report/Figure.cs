using System.Globalization;

namespace Mindwright.Runs.Report;

/// <summary>Numbers, units and times as people read them, in the invariant culture.</summary>
public static class Figure
{
    private static readonly (double Size, string Suffix)[] Suffixes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
    private static readonly string[] SiPrefixes = ["", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] CountSuffixes = ["", "K", "M", "B", "T"];

    /// <summary>Up to four significant digits, with trailing zeros removed and thousands separated: 1.834, 0.0003, 12,300.</summary>
    /// <param name="value">Any number; NaN and infinities are written as such.</param>
    /// <param name="scientificFrom">From this size on, and below 0.0001, with an exponent: 3.14e23.</param>
    public static string Number(double value, double scientificFrom = 1e15)
    {
        var size = Math.Abs(value);
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        if (size >= scientificFrom || size is > 0 and < 1e-4)
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        if (size >= 1000)
            return value.ToString("#,0", CultureInfo.InvariantCulture);
        return double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("0.#######", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A value with its unit, as a <see cref="Number"/> with the prefix that is usual for the unit: 3.143e23 FLOP, 31.41 GB, $5.576M,
    /// 7B parameters. An infinite value is "unlimited".
    /// </summary>
    /// <param name="value">In the unit itself; a share of 1 for %.</param>
    /// <param name="unit">FLOP, FLOP/s, B, B/s, W, $, $/h, %, ×, tokens, parameters or any other, which is appended; empty for none.</param>
    public static string Quantity(double value, string unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (double.IsInfinity(value))
            return value > 0 ? "unlimited" : "-unlimited";
        return unit switch
        {
            "" => Number(value),
            "FLOP" => $"{Number(value, scientificFrom: 1e6)} FLOP",
            // A cache's bytes per token are compared digit by digit; everything larger is read in GB.
            "B" when Math.Abs(value) < 1e7 => $"{value.ToString("#,0.##", CultureInfo.InvariantCulture)} B",
            "B" or "B/s" or "W" or "FLOP/s" => Prefixed(value, SiPrefixes, " ") + unit,
            "$" => "$" + Prefixed(value, CountSuffixes, ""),
            "parameters" or "tokens" or "sequences" or "tokens/s" => $"{Prefixed(value, CountSuffixes, "")} {unit}",
            _ when unit.StartsWith("$/", StringComparison.Ordinal) => $"${Number(value)}{unit[1..]}",
            "%" => $"{Number(value * 100)} %",
            "×" => $"{Number(value)} ×",
            _ => $"{Number(value)} {unit}",
        };
    }

    /// <summary>Exactly so many significant digits, without an exponent for everyday sizes, for columns of one precision: 0.0123, 4.57, 1234.</summary>
    public static string Significant(double value, int digits = 3)
    {
        if (!double.IsFinite(value) || value == 0)
            return value.ToString(CultureInfo.InvariantCulture);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is < -4 or > 8)
            return value.ToString("0." + new string('0', digits - 1) + "e0", CultureInfo.InvariantCulture);
        return value.ToString("F" + Math.Max(0, digits - 1 - magnitude), CultureInfo.InvariantCulture);
    }

    /// <summary>A count with its thousands separated: 12,345.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A fraction in percent, to a tenth: 49.4 %.</summary>
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

    /// <summary>A size in memory or on disk, in binary units: 512 MiB, 23.4 GiB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 10L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB"),
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB"),
    };

    /// <summary>Time in few characters, to the second, for lines that change while one reads them: 42s, 3m 05s, 2h 14m.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}h {time.Minutes:00}m"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds:00}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.Seconds)}s"),
    };

    /// <summary>Time in a report: 4.2 s, 3 min 05 s, 2 h 07 min.</summary>
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

    /// <summary>Named values on one line: loss 1.834 · reward 0.42.</summary>
    /// <param name="figures">Values by name; names with a colon, which are details for files and charts, are left out.</param>
    public static string Line(IEnumerable<KeyValuePair<string, double>> figures) => string.Join(
        " · ", figures.Where(figure => !figure.Key.Contains(':', StringComparison.Ordinal)).Select(figure => $"{figure.Key} {Number(figure.Value)}"));

    private static string Prefixed(double value, string[] prefixes, string separator)
    {
        var power = 0;
        // 999,950 would print as "1000K": round before choosing the prefix.
        while (power < prefixes.Length - 1 && Math.Abs(value) >= 999.95)
        {
            value /= 1000;
            power++;
        }
        return Number(value) + separator + prefixes[power];
    }
}
