using System.Text.RegularExpressions;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// Final answers of competition mathematics in LaTeX: found in the last <c>\boxed{…}</c>, and compared after the normalizations
/// that the MATH dataset's authors use (Hendrycks et al. 2021): spelling of fractions and roots, units, degrees, per cent signs.
/// </summary>
internal static partial class MathAnswer
{
    /// <summary>The last boxed expression, else what follows "answer is", else null.</summary>
    public static string? Extract(string answer)
    {
        var start = answer.LastIndexOf(@"\boxed{", StringComparison.Ordinal);
        if (start >= 0)
        {
            var depth = 0;
            for (var i = start + 6; i < answer.Length; i++)
            {
                depth += answer[i] switch { '{' => 1, '}' => -1, _ => 0 };
                if (depth == 0)
                    return answer[(start + 7)..i];
            }
        }
        return Said().Matches(answer) is { Count: > 0 } matches ? matches[^1].Groups[1].Value.Trim().TrimEnd('.').Trim('$') : null;
    }

    /// <summary>Whether two expressions are the same up to spelling.</summary>
    public static bool AreEqual(string? a, string? b) => a is not null && b is not null && Normalise(a) == Normalise(b);

    /// <summary>The expression in the one spelling in which it is compared.</summary>
    public static string Normalise(string expression)
    {
        var text = expression.Trim();
        foreach (var (from, to) in Spellings)
            text = text.Replace(from, to, StringComparison.Ordinal);
        text = Units().Replace(text, "");
        text = Texts().Replace(text, "$1");
        text = BareRoot().Replace(text, @"\sqrt{$1}");
        text = BareFraction().Replace(text, static match =>
            $@"\frac{{{Inner(match.Groups[1].Value)}}}{{{Inner(match.Groups[2].Value)}}}");
        text = text.Replace(" ", "", StringComparison.Ordinal).TrimEnd('.');
        if (text.Split('=') is [{ Length: <= 2 }, var right]) // "x=5" is 5
            text = right;
        if (text.StartsWith('.'))
            text = "0" + text;
        text = text.Replace("{.", "{0.", StringComparison.Ordinal);
        text = SlashFraction().Replace(text, @"\frac{$1}{$2}");
        return text is "0.5" ? @"\frac{1}{2}" : TrailingZeros().Replace(Thousands().Replace(text, ""), "$1");

        static string Inner(string part) => part.StartsWith('{') ? part[1..^1] : part;
    }

    private static readonly (string From, string To)[] Spellings =
    [
        ("\n", ""), (@"\!", ""), (@"\,", ""), (@"\;", ""), (@"\ ", ""), (@"\\", @"\"), ("tfrac", "frac"), ("dfrac", "frac"),
        (@"\left", ""), (@"\right", ""), (@"^{\circ}", ""), (@"^\circ", ""), (@"\$", ""), ("$", ""), (@"\%", ""), ("%", ""),
    ];

    [GeneratedRegex(@"(?:answer|result) is:?\s*(.+?)(?:\.(?:\s|$)|\n|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Said();

    [GeneratedRegex(@"(?<=\S)\s*\\(?:text|mbox)\{\s[^}]*\}$")]
    private static partial Regex Units();

    [GeneratedRegex(@"\\(?:text|mbox|mathrm|textbf)\{([^}]*)\}")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\\sqrt\s*([^{\s\\])")]
    private static partial Regex BareRoot();

    [GeneratedRegex(@"\\frac\s*(\{[^{}]*\}|[^{\s\\])\s*(\{[^{}]*\}|[^{\s\\])")]
    private static partial Regex BareFraction();

    [GeneratedRegex(@"^(-?\d+)/(\d+)$")]
    private static partial Regex SlashFraction();

    [GeneratedRegex(@"(?<=^-?\d{1,3}(?:,\d{3})*),(?=\d{3}(?:,\d{3})*$)")]
    private static partial Regex Thousands();

    [GeneratedRegex(@"^(-?\d+)\.0+$")]
    private static partial Regex TrailingZeros();
}
