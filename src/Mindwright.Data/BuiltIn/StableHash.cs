using System.Text;

namespace Mindwright.Data.BuiltIn;

/// <summary>A hash that is the same in every process, on every machine and in every version: FNV-1a over UTF-8, then mixed.</summary>
internal static class StableHash
{
    /// <summary>64 bits of <paramref name="text"/>: FNV-1a (Fowler, Noll, Vo) with the finalizer of MurmurHash3 over it.</summary>
    public static ulong Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>A fraction in [0, 1) that depends on nothing but <paramref name="text"/>.</summary>
    public static double Fraction(string text) => Fraction(Encoding.UTF8.GetBytes(text));

    /// <summary>The same of a text in UTF-8.</summary>
    internal static double Fraction(ReadOnlySpan<byte> utf8) => (Of(utf8) >> 11) * (1.0 / (1UL << 53));

    private static ulong Of(ReadOnlySpan<byte> utf8)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in utf8)
            hash = (hash ^ b) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
