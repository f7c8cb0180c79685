using System.Diagnostics.CodeAnalysis;
using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>Argument checks whose messages name the argument and its legal range.</summary>
internal static class Require
{
    public static double Positive(double value, string argument) =>
        value > 0 && double.IsFinite(value) ? value : throw Error(argument, $"{Show(value)} is not a positive, finite number");

    public static double NotNegative(double value, string argument) =>
        value >= 0 && double.IsFinite(value) ? value : throw Error(argument, $"{Show(value)} is not a finite number from 0 up");

    /// <summary>A share of a whole: above 0 and at most 1.</summary>
    public static double Share(double value, string argument) =>
        value is > 0 and <= 1 ? value : throw Error(argument, $"{Show(value)} is not a share between 0 (exclusive) and 1");

    /// <summary>Power usage effectiveness: facility over machine power.</summary>
    public static double Pue(double value) =>
        value >= 1 && double.IsFinite(value) ? value
            : throw Error("pue", $"{Show(value)} is below 1, and a facility draws at least what its machines do");

    public static int InRange(int value, int min, int max, string argument) =>
        value >= min && value <= max ? value : throw Error(argument, $"{value} is outside {min} to {max}");

    // The exception's own parameter name would print a second time after a message that begins with it.
    [SuppressMessage("Usage", "CA2208", Justification = "The message begins with the argument's name.")]
    public static ArgumentException Error(string argument, string problem) => new($"{argument}: {problem}");

    private static string Show(double value) => Figure.Number(value);
}
