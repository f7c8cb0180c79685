using System.Text.RegularExpressions;

namespace Mindwright.Data;

/// <summary>Bank accounts (IBAN) whose check digits are right.</summary>
internal sealed partial class IbanDetector : IPersonalDataDetector
{
    public PersonalDataKinds Kinds => PersonalDataKinds.Iban;

    public void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        foreach (var match in Pattern().EnumerateMatches(text))
        {
            // The pattern may have run on into the next word: the longest part whose check digits are right is taken.
            for (var length = match.Length; length >= 15; length--)
            {
                if (!IsIban(text.AsSpan(match.Index, length)))
                    continue;
                found.Add(new(match.Index, match.Index + length, PersonalDataKinds.Iban));
                break;
            }
        }
    }

    /// <summary>ISO 13616: the first four characters moved to the end, letters as 10 … 35, the whole modulo 97 is 1.</summary>
    private static bool IsIban(ReadOnlySpan<char> run)
    {
        Span<char> compact = stackalloc char[40];
        var count = 0;
        foreach (var c in run)
            if (c != ' ')
                compact[count++] = c;
        if (count is < 15 or > 34 || run[^1] == ' ')
            return false;
        var remainder = 0;
        for (var i = 0; i < count; i++)
        {
            var c = compact[(i + 4) % count];
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + (c - '0')) % 97 : ((remainder * 100) + (c - 'A' + 10)) % 97;
        }
        return remainder == 1;
    }

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
