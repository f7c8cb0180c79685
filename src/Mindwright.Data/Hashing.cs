using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mindwright.Data;

/// <summary>Hashes in lower-case hexadecimal; SHA-256 unless said otherwise.</summary>
internal static class Hashing
{
    public static string OfFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The id by which git knows a file's content: a SHA-1 over a header and the bytes.</summary>
    public static string OfGitBlob(string path)
    {
        // SHA-1 is git's choice; here it only detects damage.
#pragma warning disable CA5350
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        using var file = File.OpenRead(path);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
