using System.Buffers;

namespace Mindwright.Data;

/// <summary>E-mail addresses, but those of the example domains.</summary>
internal sealed class EmailDetector : IPersonalDataDetector
{
    private static readonly SearchValues<char> s_local = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-");
    private static readonly SearchValues<char> s_domain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    public PersonalDataKinds Kinds => PersonalDataKinds.Email;

    public void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = text.AsSpan(0, at).LastIndexOfAnyExcept(s_local) + 1;
            var length = text.AsSpan(at + 1).IndexOfAnyExcept(s_domain);
            var end = length < 0 ? text.Length : at + 1 + length;
            while (start < at && text[start] is '.' or '-' or '%' or '+')
                start++;
            while (end > at + 1 && text[end - 1] is '.' or '-')
                end--;
            var domain = text.AsSpan(at + 1, end - at - 1);
            var dot = domain.LastIndexOf('.');
            if (start == at || dot <= 0 || domain.Length - dot - 1 < 2 || domain[(dot + 1)..].IndexOfAnyInRange('0', '9') >= 0 || IsExample(domain))
                continue;
            found.Add(new(start, end, PersonalDataKinds.Email));
        }
    }

    /// <summary>The domains that RFC 2606 sets aside.</summary>
    private static bool IsExample(ReadOnlySpan<char> domain) =>
        domain.StartsWith("example.", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".example", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase)
        || domain.EndsWith(".test", StringComparison.OrdinalIgnoreCase);
}
