using System.Text.RegularExpressions;

namespace Mindwright.Data;

/// <summary>Phone numbers: international ones after +, and North American ones in groups.</summary>
internal sealed partial class PhoneNumber : INumberForm
{
    public PersonalDataKinds Kind => PersonalDataKinds.Phone;

    public bool Matches(string text, int start, int end)
    {
        var run = text.AsSpan(start, end - start);
        Span<char> digits = stackalloc char[20];
        var count = NumberDetector.Digits(run, digits);
        if (run[0] == '+')
            return count is >= 8 and <= 15;
        if (count == 11 && digits[0] == '1' && run[1] is ' ' or '-' or '.')
            run = run[2..];
        else if (count != 10)
            return false;
        return NorthAmerican().IsMatch(run);
    }

    [GeneratedRegex(@"^\(?[2-9]\d{2}(\) ?|[-. ])[2-9]\d{2}[-. ]\d{4}$", RegexOptions.CultureInvariant)]
    private static partial Regex NorthAmerican();
}
