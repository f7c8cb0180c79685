using System.Globalization;

namespace Mindwright.Planning;

/// <summary>How figures are written for people: four significant digits, with the prefix that their unit is used with.</summary>
internal static class Format
{
    private static readonly string[] SiPrefixes = ["", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] CountSuffixes = ["", "K", "M", "B", "T"];

    /// <summary>
    /// A value with its unit: <c>3.143e23 FLOP</c>, <c>31.41 GB</c>, <c>$5.576M</c>, <c>7.00B parameters</c> style. Units that are not
    /// known are appended.
    /// </summary>
    public static string Quantity(double value, string unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (!double.IsFinite(value))
            return Number(value);
        return unit switch
        {
            "" => Number(value),
            "FLOP" => $"{Number(value, scientificFrom: 1e6)} FLOP",
            // A cache's bytes a token are compared digit by digit; everything larger is read in GB.
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

    /// <summary>Four significant digits; thousands separated; scientific where the number is very large or very small.</summary>
    public static string Number(double value, double scientificFrom = 1e15)
    {
        var size = Math.Abs(value);
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "unlimited" : "-unlimited";
        if (size >= scientificFrom || size is > 0 and < 1e-4)
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        if (size >= 1000)
            return value.ToString("#,0", CultureInfo.InvariantCulture);
        return double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("0.#######", CultureInfo.InvariantCulture);
    }

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
