using System.Buffers;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Mindwright.Data;

/// <summary>Kinds of personal data that are masked.</summary>
[Flags]
public enum PersonalDataKinds
{
    /// <summary>Nothing is masked.</summary>
    None = 0,

    /// <summary>E-mail addresses, but those of the example domains.</summary>
    Email = 1,

    /// <summary>Phone numbers: international ones after +, and North American ones in groups.</summary>
    Phone = 2,

    /// <summary>Payment cards: 13 to 19 digits whose Luhn check digit is right.</summary>
    Card = 4,

    /// <summary>Public IPv4 and IPv6 addresses.</summary>
    Ip = 8,

    /// <summary>Access keys and tokens of well-known forms, and private key blocks.</summary>
    Key = 16,

    /// <summary>Bank accounts (IBAN) whose check digits are right.</summary>
    Iban = 32,

    /// <summary>All but bank accounts.</summary>
    Usual = Email | Phone | Card | Ip | Key,
}

/// <summary>Replaces personal data by a word that names its kind, such as <c>[email]</c>.</summary>
/// <remarks>Found is what has a recognizable form. Names and postal addresses have none, and stay.</remarks>
public static partial class PersonalData
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789");

    // Every key has one of these in it; the pattern, which takes longer, is tried only where one is found.
    private static readonly SearchValues<string> s_keyMarks = SearchValues.Create(
        ["AKIA", "ASIA", "sk-", "_live_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "AIza", "hf_", "glpat-", "eyJ", "-----BEGIN "], StringComparison.Ordinal);

    private static readonly SearchValues<char> s_emailLocal = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-");
    private static readonly SearchValues<char> s_domain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> s_hexColon = SearchValues.Create("0123456789ABCDEFabcdef:");

    /// <summary>Masks a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kinds">What is to be masked.</param>
    /// <param name="found">Called for every place that was masked, with its kind.</param>
    /// <returns>The masked text; the same object where nothing was found.</returns>
    public static string Mask(string text, PersonalDataKinds kinds, Action<PersonalDataKinds>? found = null)
    {
        var spans = new List<(int Start, int End, PersonalDataKinds Kind)>();
        if (kinds.HasFlag(PersonalDataKinds.Key) && text.AsSpan().ContainsAny(s_keyMarks))
            foreach (var match in KeyPattern().EnumerateMatches(text))
                spans.Add((match.Index, match.Index + match.Length, PersonalDataKinds.Key));
        if (kinds.HasFlag(PersonalDataKinds.Email))
            FindEmails(text, spans);
        if ((kinds & (PersonalDataKinds.Phone | PersonalDataKinds.Card | PersonalDataKinds.Ip)) != 0)
            FindNumbers(text, kinds, spans);
        if (kinds.HasFlag(PersonalDataKinds.Ip))
            FindIpv6(text, spans);
        if (kinds.HasFlag(PersonalDataKinds.Iban))
            FindIbans(text, spans);
        return spans.Count == 0 ? text : Replace(text, spans, found);
    }

    private static string Replace(string text, List<(int Start, int End, PersonalDataKinds Kind)> spans, Action<PersonalDataKinds>? found)
    {
        // Where two finds overlap, the one that starts first stands, and of two the longer.
        spans.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        var masked = new StringBuilder(text.Length);
        var copied = 0;
        foreach (var (start, end, kind) in spans)
        {
            if (start < copied)
                continue;
            masked.Append(text, copied, start - copied).Append('[').Append(Name(kind)).Append(']');
            copied = end;
            found?.Invoke(kind);
        }
        return masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The word that stands for a kind in masks and reports.</summary>
    public static string Name(PersonalDataKinds kind) => kind.ToString().ToLowerInvariant();

    private static void FindEmails(string text, List<(int, int, PersonalDataKinds)> spans)
    {
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = text.AsSpan(0, at).LastIndexOfAnyExcept(s_emailLocal) + 1;
            var length = text.AsSpan(at + 1).IndexOfAnyExcept(s_domain);
            var end = length < 0 ? text.Length : at + 1 + length;
            while (start < at && text[start] is '.' or '-' or '%' or '+')
                start++;
            while (end > at + 1 && text[end - 1] is '.' or '-')
                end--;
            var domain = text.AsSpan(at + 1, end - at - 1);
            var dot = domain.LastIndexOf('.');
            if (start == at || dot <= 0 || domain.Length - dot - 1 < 2 || domain[(dot + 1)..].IndexOfAny(s_digits) >= 0 || IsExample(domain))
                continue;
            spans.Add((start, end, PersonalDataKinds.Email));
        }
    }

    /// <summary>The domains that RFC 2606 sets aside.</summary>
    private static bool IsExample(ReadOnlySpan<char> domain) =>
        domain.StartsWith("example.", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".example", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".test", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Looks at every run of digits with the marks that group them, and asks what it can be; where it is nothing as a whole
    /// ("in 1999 93.184.216.34"), what its parts between spaces can be, the longest first.
    /// </summary>
    private static void FindNumbers(string text, PersonalDataKinds kinds, List<(int, int, PersonalDataKinds)> spans)
    {
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAny(s_digits);
            if (next < 0)
                return;
            var start = at + next;
            var end = EndOfRun(text, start);
            at = end;
            for (var part = start; part < end;)
            {
                var found = FindNumber(text, part, end, kinds, spans);
                part = found > 0 ? found : NextPart(text, part, end);
            }
        }
    }

    /// <summary>The first digit after the next space.</summary>
    private static int NextPart(string text, int part, int end)
    {
        var space = text.AsSpan(part, end - part).IndexOfAny(' ', '\u00A0');
        if (space < 0)
            return end;
        var digit = text.AsSpan(part + space, end - part - space).IndexOfAny(s_digits);
        return part + space + digit;
    }

    /// <summary>Enters what begins at a place; gives its end, or 0 where there is nothing.</summary>
    private static int FindNumber(string text, int start, int limit, PersonalDataKinds kinds, List<(int, int, PersonalDataKinds)> spans)
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
            var run = text.AsSpan(first, end - first);
            var kind = kinds.HasFlag(PersonalDataKinds.Ip) && IsPublicIpv4(text, first, run) ? PersonalDataKinds.Ip
                : kinds.HasFlag(PersonalDataKinds.Card) && IsCard(run) ? PersonalDataKinds.Card
                : kinds.HasFlag(PersonalDataKinds.Phone) && IsPhone(run) ? PersonalDataKinds.Phone
                : PersonalDataKinds.None;
            if (kind == PersonalDataKinds.None)
                continue;
            spans.Add((first, end, kind));
            return end;
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

    private static bool IsPublicIpv4(string text, int start, ReadOnlySpan<char> run)
    {
        if (run.Count('.') != 3 || run.Length < 7 || run.IndexOfAnyExcept(s_digitsAndDot) >= 0)
            return false;
        // "section-5.2.1.1", "name-1.2.3.4.zip", "version 1.2.3.4" are no addresses.
        var before = text.AsSpan(0, start).TrimEnd();
        if (text.AsSpan(0, start).EndsWith('-') || before.EndsWith("version", StringComparison.OrdinalIgnoreCase) || before.EndsWith("section", StringComparison.OrdinalIgnoreCase)
            || !IPAddress.TryParse(run, out var address))
            return false;
        var bytes = address.GetAddressBytes();
        // Private, loopback, link-local, documentation and multicast ranges name nobody (RFC 6890).
        return bytes.Length == 4 && !((bytes[0], bytes[1], bytes[2]) is
            (0 or 10 or 127 or >= 224, _, _) or (192, 168, _) or (172, >= 16 and <= 31, _) or (169, 254, _)
            or (192, 0, 2) or (198, 51, 100) or (203, 0, 113) or (100, >= 64 and <= 127, _));
    }

    private static readonly SearchValues<char> s_digitsAndDot = SearchValues.Create("0123456789.");

    private static bool IsCard(ReadOnlySpan<char> run)
    {
        Span<char> digits = stackalloc char[20];
        var count = Digits(run, digits);
        if (count is < 13 or > 19 || digits[0] is < '2' or > '6' || run.IndexOfAny("./()+") >= 0)
            return false;
        // Groups, if any, of three to seven digits, as cards have them; a list of small numbers is none.
        foreach (var range in run.SplitAny(' ', '-', '\u00A0'))
            if (range.End.Value - range.Start.Value is var group && group != count && group is < 3 or > 7)
                return false;
        return Luhn(digits[..count]);
    }

    /// <summary>ISO/IEC 7812-1, annex B.</summary>
    private static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[digits.Length - 1 - i] - '0';
            if (i % 2 == 1)
                value = value > 4 ? (value * 2) - 9 : value * 2;
            sum += value;
        }
        return sum % 10 == 0;
    }

    private static bool IsPhone(ReadOnlySpan<char> run)
    {
        Span<char> digits = stackalloc char[20];
        var count = Digits(run, digits);
        if (run[0] == '+')
            return count is >= 8 and <= 15;
        if (count == 11 && digits[0] == '1' && run[1] is ' ' or '-' or '.')
            run = run[2..];
        else if (count != 10)
            return false;
        return NorthAmerican().IsMatch(run);
    }

    private static int Digits(ReadOnlySpan<char> run, Span<char> digits)
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

    private static void FindIpv6(string text, List<(int, int, PersonalDataKinds)> spans)
    {
        for (var at = text.IndexOf(':'); at >= 0; at = at < text.Length ? text.IndexOf(':', at) : -1)
        {
            var start = text.AsSpan(0, at).LastIndexOfAnyExcept(s_hexColon) + 1;
            var length = text.AsSpan(at).IndexOfAnyExcept(s_hexColon);
            var end = length < 0 ? text.Length : at + length;
            var run = text.AsSpan(start, end - start).TrimEnd(':');
            at = end + 1;
            // With fewer colons it may be a name in C++, or a time.
            if (run.Count(':') < 4 || run.IndexOfAny(s_digits) < 0 || (start > 0 && char.IsLetterOrDigit(text[start - 1]))
                || (end < text.Length && char.IsLetterOrDigit(text[end]))
                || !IPAddress.TryParse(run, out var address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || IPAddress.IsLoopback(address))
                continue;
            spans.Add((start, start + run.Length, PersonalDataKinds.Ip));
        }
    }

    private static void FindIbans(string text, List<(int, int, PersonalDataKinds)> spans)
    {
        foreach (var match in IbanPattern().EnumerateMatches(text))
        {
            // The pattern may have run on into the next word: the longest part whose check digits are right is taken.
            for (var length = match.Length; length >= 15; length--)
            {
                if (!IsIban(text.AsSpan(match.Index, length)))
                    continue;
                spans.Add((match.Index, match.Index + length, PersonalDataKinds.Iban));
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

    [GeneratedRegex(@"^\(?[2-9]\d{2}(\) ?|[-. ])[2-9]\d{2}[-. ]\d{4}$", RegexOptions.CultureInvariant)]
    private static partial Regex NorthAmerican();

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", RegexOptions.CultureInvariant)]
    private static partial Regex IbanPattern();

    [GeneratedRegex(
        @"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bsk-[A-Za-z0-9_-]{20,}|\b[sr]k_live_[0-9A-Za-z]{16,}|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}" +
        @"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bAIza[0-9A-Za-z_-]{35}|\bhf_[A-Za-z0-9]{30,}|\bglpat-[A-Za-z0-9_-]{20,}" +
        @"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}" +
        @"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[^-]*(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----)?",
        RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
