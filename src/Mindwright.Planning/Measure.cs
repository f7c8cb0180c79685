using System.Globalization;
using System.Text.RegularExpressions;
using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>
/// A kind of quantity that a user writes with its unit, with the range in which it makes sense:
/// <c>Measure.Parameters.Parse("--params", "7B")</c> is 7e9. Parsing is strict: nothing is guessed.
/// </summary>
public sealed partial class Measure
{
    private static readonly (string, double)[] Counts = [("", 1), ("K", 1e3), ("k", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)];
    private static readonly (string, double)[] Si = [("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18)];

    /// <summary>Numbers of parameters: <c>7B</c>, <c>124M</c>, <c>1.3e9</c>.</summary>
    public static Measure Parameters { get; } = new("7B", 1e3, 1e16, Counts, "");

    /// <summary>Numbers of tokens: <c>300B</c>, <c>15T</c>.</summary>
    public static Measure Tokens { get; } = new("300B", 1e3, 1e18, Counts, "");

    /// <summary>Tokens of a context or of an answer: <c>4096</c>, <c>128K</c>.</summary>
    public static Measure Context { get; } = new("4096 or 128K", 1, 1e9, Counts, "");

    /// <summary>Numbers of things: <c>8</c>, <c>100K</c>.</summary>
    public static Measure Count { get; } = new("8 or 100K", 1, 1e8, Counts, "");

    /// <summary>Compute: <c>1e21</c>, <c>1e21FLOP</c>, <c>5EFLOP</c>.</summary>
    public static Measure Flops { get; } = new("1e21", 1e6, 1e40, Si, "FLOP", "FLOPs", "");

    /// <summary>Money: <c>$5M</c>, <c>5MUSD</c>.</summary>
    public static Measure Dollars { get; } = new("$5M or 5MUSD", 0.01, 1e15, Counts, "") { IsMoney = true };

    /// <summary>Rent: <c>$2/h</c>, <c>2USD/h</c>.</summary>
    public static Measure DollarsPerHour { get; } = new("$2/h or 2USD/h", 1e-6, 1e9, Counts, "/h", "/hour") { IsMoney = true };

    /// <summary>Electricity: <c>$0.08/kWh</c>.</summary>
    public static Measure DollarsPerKilowattHour { get; } = new("$0.08/kWh or 0.08USD/kWh", 0, 10, [("", 1)], "/kWh") { IsMoney = true };

    /// <summary>Building cost of a site: <c>$11.7M/MW</c>; in dollars a watt.</summary>
    public static Measure DollarsPerWatt { get; } =
        new("$11.7M/MW or 11.7MUSD/MW", 0, 1000, [("", 1e-6), ("K", 1e-3), ("M", 1)], "/MW") { IsMoney = true };

    /// <summary>Carbon intensity: <c>400g/kWh</c>; in grams a kWh.</summary>
    public static Measure GramsPerKilowattHour { get; } = new("400g/kWh", 0, 2000, [("", 1), ("k", 1e3)], "g/kWh");

    /// <summary>Speed of generation: <c>850tok/s</c>.</summary>
    public static Measure TokensPerSecond { get; } = new("850tok/s", 1e-6, 1e15, Counts, "tok/s", "tokens/s");

    /// <summary>A span of years: <c>4y</c>.</summary>
    public static Measure Years { get; } = new("4y", 0.01, 100, [("", 1)], "y");

    /// <summary>A share above 0 and up to 1: <c>40%</c>, <c>0.4</c>.</summary>
    public static Measure Share { get; } = new("40% or 0.4", double.Epsilon, 1, [("", 1), ("%", 0.01)], "");

    /// <summary>A yearly rate from 0 up: <c>10%</c>, <c>0.1</c>.</summary>
    public static Measure Rate { get; } = new("10% or 0.1", 0, 1, [("", 1), ("%", 0.01)], "");

    /// <summary>A pure factor from 1 up: <c>1.1</c>.</summary>
    public static Measure Factor { get; } = new("1.1", 1, 1e6, [("", 1)], "", "x");

    private readonly (string Prefix, double Scale)[] _prefixes;
    private readonly string[] _symbols;
    private readonly string _example;
    private readonly double _min, _max;

    private Measure(string example, double min, double max, (string, double)[] prefixes, params string[] symbols) =>
        (_example, _min, _max, _prefixes, _symbols) = (example, min, max, prefixes, symbols);

    private bool IsMoney { get; init; }

    /// <summary>True where the text is written as money, to distinguish a budget in dollars from one in FLOP.</summary>
    public static bool LooksLikeMoney(string text) =>
        text is not null && (text.Contains('$', StringComparison.Ordinal) || text.Contains("USD", StringComparison.Ordinal));

    /// <summary>Reads the value in the base unit.</summary>
    /// <param name="argument">What the user called it, for the message: <c>--params</c>.</param>
    /// <param name="text">A number, then prefix and unit; a space between is allowed.</param>
    /// <exception cref="ArgumentException">No number, no or another unit, or outside the legal range; the message says which.</exception>
    public double Parse(string argument, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.Trim();
        var dollars = false;
        if (IsMoney)
        {
            var at = rest.Replace("USD", "$", StringComparison.Ordinal).Split('$');
            dollars = at.Length == 2;
            rest = string.Concat(at);
        }
        var match = NumberAndUnit().Match(rest);
        if (!match.Success || IsMoney != dollars)
            throw Bad(argument, text, "is not a number with its unit");
        var unit = match.Groups["unit"].Value;
        foreach (var (prefix, scale) in _prefixes)
            foreach (var symbol in _symbols)
                if (unit == prefix + symbol)
                {
                    var value = double.Parse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture) * scale;
                    return value >= _min && value <= _max ? value : throw Bad(argument, text, "is outside the legal range");
                }
        throw Bad(argument, text, unit.Length == 0 ? "lacks its unit" : $"has the unknown unit '{unit}'");
    }

    /// <summary>Reads a value that has to be a whole number below 2³¹.</summary>
    /// <exception cref="ArgumentException">As <see cref="Parse"/>, or the number has a fraction.</exception>
    public int ParseWhole(string argument, string text) =>
        Parse(argument, text) is <= int.MaxValue and var value && value == Math.Floor(value)
            ? (int)value
            : throw Bad(argument, text, "is not a whole number");

    private ArgumentException Bad(string argument, string text, string problem)
    {
        var low = _min == double.Epsilon ? "above 0" : Figure.Number(_min, 1e5);
        return Require.Error(argument, $"'{text}' {problem}; write it as in {_example} (legal: {low} to {Figure.Number(_max, 1e5)}{BaseUnit})");
    }

    private string BaseUnit => IsMoney ? " $" + (_symbols[0] == "/MW" ? "/W" : _symbols[0])
        : _symbols[0].Length > 0 ? " " + _symbols[0] : "";

    [GeneratedRegex(@"^(?<number>[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?) ?(?<unit>[A-Za-z%/]*)$")]
    private static partial Regex NumberAndUnit();
}
