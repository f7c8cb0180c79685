using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Names a buffer by its bits.</summary>
internal static class Fingerprint
{
    // Elements that are hashed at once: what a span can hold, and a device can hand over.
    private const long Chunk = 1 << 26;

    /// <summary>SHA-256 of a flat buffer's elements, in lower-case hexadecimal.</summary>
    public static string Of(Tensor flat)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0L; at < flat.NumberOfElements; at += Chunk)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(flat.narrow(0, at, Math.Min(Chunk, flat.NumberOfElements - at)).cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
