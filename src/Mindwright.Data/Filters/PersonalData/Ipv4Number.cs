using System.Buffers;
using System.Net;

namespace Mindwright.Data;

/// <summary>Public IPv4 addresses.</summary>
internal sealed class Ipv4Number : INumberForm
{
    private static readonly SearchValues<char> s_digitsAndDot = SearchValues.Create("0123456789.");

    public PersonalDataKinds Kind => PersonalDataKinds.Ip;

    public bool Matches(string text, int start, int end)
    {
        var run = text.AsSpan(start, end - start);
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
}
