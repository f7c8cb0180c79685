using System.Globalization;

namespace Mindwright.Cli.Display;

/// <summary>Numbers and times as people read them, in few characters; invariant culture.</summary>
internal static class Format
{
    /// <summary>A measured value with four significant digits: <c>1.834</c>, <c>0.0003</c>, <c>12,300</c>.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => Invariant($"{value:#,0}"),
        >= 100 => Invariant($"{value:0.#}"),
        >= 10 => Invariant($"{value:0.##}"),
        >= 1 or 0 => Invariant($"{value:0.###}"),
        >= 0.001 => Invariant($"{value:0.####}"),
        _ => Invariant($"{value:0.##e0}"),
    };

    /// <summary>A count with its digits grouped: <c>1,234,567</c>.</summary>
    public static string Count(long value) => Invariant($"{value:#,0}");

    /// <summary>A length of time, to the second: <c>42s</c>, <c>3m 05s</c>, <c>2h 14m</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => Invariant($"{(int)time.TotalHours}h {time.Minutes:00}m"),
        { TotalMinutes: >= 1 } => Invariant($"{time.Minutes}m {time.Seconds:00}s"),
        _ => Invariant($"{Math.Max(0, time.Seconds)}s"),
    };

    /// <summary>A size in memory or on disk: <c>512 MiB</c>, <c>23.4 GiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 10L << 30 => Invariant($"{bytes / (double)(1 << 30):0.0} GiB"),
        >= 1L << 30 => Invariant($"{bytes / (double)(1 << 30):0.00} GiB"),
        >= 1L << 20 => Invariant($"{bytes / (double)(1 << 20):0} MiB"),
        _ => Invariant($"{bytes / 1024.0:0} KiB"),
    };

    /// <summary>Named values on one line: <c>loss 1.834 · reward 0.42</c>.</summary>
    public static string Figures(IEnumerable<KeyValuePair<string, double>> figures) =>
        // name:detail, such as the words that a probe speaks against, is for files and charts; a line would overflow.
        string.Join(" · ", figures.Where(figure => !figure.Key.Contains(':', StringComparison.Ordinal)).Select(figure => $"{figure.Key} {Number(figure.Value)}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
