namespace Mindwright.Data;

/// <summary>What a run of digits can be.</summary>
internal interface INumberForm
{
    /// <summary>What a match is.</summary>
    PersonalDataKinds Kind { get; }

    /// <summary>Whether the run from <paramref name="start"/> to before <paramref name="end"/>, as a whole, has this form.</summary>
    bool Matches(string text, int start, int end);
}

/// <summary>
/// Numbers: IPv4 addresses, payment cards and phone numbers. One search finds all of them, because the same digits may look like several,
/// and where one number ends the next may begin.
/// </summary>
internal sealed class NumberDetector : IPersonalDataDetector
{
    // The most specific form first.
    private static readonly INumberForm[] s_forms = [new Ipv4Number(), new CardNumber(), new PhoneNumber()];

    public PersonalDataKinds Kinds => PersonalDataKinds.Ip | PersonalDataKinds.Card | PersonalDataKinds.Phone;

    /// <summary>
    /// Looks at every run of digits with the marks that group them, and asks what it can be; where it is nothing as a whole
    /// ("in 1999 93.184.216.34"), what its parts between spaces can be, the longest first.
    /// </summary>
    public void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAnyInRange('0', '9');
            if (next < 0)
                return;
            var start = at + next;
            var end = EndOfRun(text, start);
            at = end;
            for (var part = start; part < end;)
            {
                var endOfNumber = FindNumber(text, part, end, wanted, found);
                part = endOfNumber > 0 ? endOfNumber : NextPart(text, part, end);
            }
        }
    }

    /// <summary>The first digit after the next space.</summary>
    private static int NextPart(string text, int part, int end)
    {
        var space = text.AsSpan(part, end - part).IndexOfAny(' ', '\u00A0');
        if (space < 0)
            return end;
        var digit = text.AsSpan(part + space, end - part - space).IndexOfAnyInRange('0', '9');
        return part + space + digit;
    }

    /// <summary>Adds the number that begins at a place; returns its end, or 0 where there is none.</summary>
    private static int FindNumber(string text, int start, int limit, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        if (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '.'))
            return 0;
        if (limit < text.Length && (char.IsLetter(text[limit]) || text[limit] == '_'))
            limit = Math.Max(start, text.AsSpan(0, limit).LastIndexOfAny(' ', '\u00A0'));
        var first = start > 0 && text[start - 1] == '(' ? start - 1 : start;
        first = first > 0 && text[first - 1] == '+' ? first - 1 : first;
        for (var end = limit; end > start; end = Math.Max(start, start + text.AsSpan(start, end - start).LastIndexOfAny(' ', '\u00A0')))
        {
            while (end > start && !char.IsAsciiDigit(text[end - 1]))
                end--;
            foreach (var form in s_forms)
            {
                if (!wanted.HasFlag(form.Kind) || !form.Matches(text, first, end))
                    continue;
                found.Add(new(first, end, form.Kind));
                return end;
            }
        }
        return 0;
    }

    /// <summary>The end of digits grouped by single marks (or a closing bracket and a space); the run ends in a digit.</summary>
    private static int EndOfRun(string text, int start)
    {
        var end = start;
        for (var i = start; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
                end = i + 1;
            else if (text[i] is not (' ' or '-' or '.' or '(' or ')' or '/' or '\u00A0') || i - end >= 2)
                break;
        }
        return end;
    }

    /// <summary>Copies the digits of a run; returns how many there are, <see cref="int.MaxValue"/> where they do not fit.</summary>
    internal static int Digits(ReadOnlySpan<char> run, Span<char> digits)
    {
        var count = 0;
        foreach (var c in run)
        {
            if (!char.IsAsciiDigit(c))
                continue;
            if (count == digits.Length)
                return int.MaxValue;
            digits[count++] = c;
        }
        return count;
    }
}
