using System.Buffers;
using System.Net;

namespace Mindwright.Data;

/// <summary>Public IPv6 addresses.</summary>
internal sealed class Ipv6Detector : IPersonalDataDetector
{
    private static readonly SearchValues<char> s_hexColon = SearchValues.Create("0123456789ABCDEFabcdef:");

    public PersonalDataKinds Kinds => PersonalDataKinds.Ip;

    public void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        for (var at = text.IndexOf(':'); at >= 0; at = at < text.Length ? text.IndexOf(':', at) : -1)
        {
            var start = text.AsSpan(0, at).LastIndexOfAnyExcept(s_hexColon) + 1;
            var length = text.AsSpan(at).IndexOfAnyExcept(s_hexColon);
            var end = length < 0 ? text.Length : at + length;
            var run = text.AsSpan(start, end - start).TrimEnd(':');
            at = end + 1;
            // With fewer colons it may be a name in C++, or a time.
            if (run.Count(':') < 4 || run.IndexOfAnyInRange('0', '9') < 0 || (start > 0 && char.IsLetterOrDigit(text[start - 1]))
                || (end < text.Length && char.IsLetterOrDigit(text[end]))
                || !IPAddress.TryParse(run, out var address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || IPAddress.IsLoopback(address))
                continue;
            found.Add(new(start, start + run.Length, PersonalDataKinds.Ip));
        }
    }
}
