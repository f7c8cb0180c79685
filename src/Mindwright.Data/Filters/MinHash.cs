using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Data;

/// <summary>
/// MinHash signatures over shingles of five words: the fraction of equal values in two signatures estimates the Jaccard
/// similarity of their sets of shingles (Broder 1997, "On the Resemblance and Containment of Documents").
/// </summary>
/// <remarks>
/// Of each value one byte is kept, as in Li and König 2010 ("b-Bit Minwise Hashing", arXiv:0910.3349): two that differ look equal in one
/// case of 256, which the estimate allows for.
/// </remarks>
internal static class MinHash
{
    /// <summary>Words of a shingle.</summary>
    public const int Shingle = 5;

    /// <summary>Bands of the index: documents that agree in all values of one band are compared.</summary>
    public const int Bands = 16;

    /// <summary>Values of a band. With 16 × 5, a pair of similarity 0.8 is compared with probability 0.998, one of 0.5 with 0.40.</summary>
    public const int Rows = 5;

    /// <summary>Values of a signature.</summary>
    public const int Size = Bands * Rows;

    private static readonly uint[] s_multipliers = [.. Enumerable.Range(0, Size).Select(i => (uint)Permutation.Mix((ulong)i) | 1)];
    private static readonly uint[] s_offsets = [.. Enumerable.Range(Size, Size).Select(i => (uint)Permutation.Mix((ulong)i))];

    /// <summary>The signature of a text by its words; false where it has none.</summary>
    public static bool TrySign(ReadOnlySpan<ulong> words, Span<byte> signature)
    {
        if (words.Length == 0)
            return false;
        Span<uint> values = stackalloc uint[Size];
        values.Fill(uint.MaxValue);
        var shingles = Math.Max(1, words.Length - Shingle + 1);
        var length = Math.Min(Shingle, words.Length);
        var minima = MemoryMarshal.Cast<uint, Vector<uint>>(values);
        var multipliers = MemoryMarshal.Cast<uint, Vector<uint>>(s_multipliers);
        var offsets = MemoryMarshal.Cast<uint, Vector<uint>>(s_offsets);
        for (var i = 0; i < shingles; i++)
        {
            var shingle = new Vector<uint>((uint)WordHashes.Combine(words.Slice(i, length)));
            for (var v = 0; v < minima.Length; v++)
                minima[v] = Vector.Min(minima[v], (shingle * multipliers[v]) + offsets[v]);
        }
        for (var i = 0; i < Size; i++)
            signature[i] = (byte)((values[i] * 0x9E3779B1) >> 24);
        return true;
    }

    /// <summary>The similarity of two texts, estimated by their signatures; about 0 for texts that share nothing.</summary>
    public static double Similarity(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var equal = 0;
        for (var i = 0; i < Size; i += Vector128<byte>.Count)
            equal += BitOperations.PopCount(Vector128.Equals(Vector128.Create(a[i..]), Vector128.Create(b[i..])).ExtractMostSignificantBits());
        return (((double)equal / Size) - (1 / 256.0)) / (1 - (1 / 256.0));
    }
}
