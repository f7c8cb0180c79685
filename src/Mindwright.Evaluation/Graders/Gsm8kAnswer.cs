using System.Globalization;
using System.Text.RegularExpressions;

namespace Mindwright.Evaluation.Graders;

/// <summary>The number that a worked answer comes to (Cobbe et al. 2021): <c>#### 18</c>, or just the last number written.</summary>
internal static partial class Gsm8kAnswer
{
    /// <summary>The number after <c>####</c>, without thousands separators; null where the form is not kept.</summary>
    public static string? Strict(string answer) => Marked().Match(answer) is { Success: true } match ? Normalised(match.Groups[1].Value) : null;

    /// <summary>The last number anywhere, also with a minus sign (U+2212) for its hyphen or without the 0 before the point; null if there is none.</summary>
    public static string? Flexible(string answer) => Numbers().Matches(answer) is { Count: > 0 } matches ? Normalised(matches[^1].Value) : null;

    /// <summary>Whether two answers are the same number, however it is written.</summary>
    public static bool AreEqual(string? a, string? b) => a is not null && b is not null && Normalised(a) == Normalised(b);

    private static string? Normalised(string number)
    {
        var text = number.Trim().TrimEnd('.').Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal).Replace('\u2212', '-');
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value)
            ? value.ToString("0.############################", CultureInfo.InvariantCulture)
            : text.Length == 0 ? null : text;
    }

    [GeneratedRegex(@"####\s*([-\u2212]?\$?[0-9][0-9.,]*)")]
    private static partial Regex Marked();

    [GeneratedRegex(@"(?<![0-9])[-\u2212]?\$?[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?|(?<![\w.])[-\u2212]?\$?\.[0-9]+")]
    private static partial Regex Numbers();
}
