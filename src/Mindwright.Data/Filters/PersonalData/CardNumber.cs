namespace Mindwright.Data;

/// <summary>Payment cards: 13 to 19 digits, in groups as cards have them, whose check digit is right.</summary>
internal sealed class CardNumber : INumberForm
{
    public PersonalDataKinds Kind => PersonalDataKinds.Card;

    public bool Matches(string text, int start, int end)
    {
        var run = text.AsSpan(start, end - start);
        Span<char> digits = stackalloc char[20];
        var count = NumberDetector.Digits(run, digits);
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
}
