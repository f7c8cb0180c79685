using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mindwright.Data;

/// <summary>Documents of one source as tokens in memory.</summary>
internal sealed class MemoryShard : ITokenShard
{
    private readonly int[] _tokens;
    private readonly long[] _ends;

    /// <summary>Concatenates documents, each followed by the boundary token.</summary>
    public MemoryShard(string source, IReadOnlyList<int[]> documents, int boundaryToken)
    {
        _ends = new long[documents.Count];
        _tokens = new int[documents.Sum(document => document.Length + 1L)];
        var at = 0;
        for (var i = 0; i < documents.Count; i++)
        {
            documents[i].CopyTo(_tokens, at);
            at += documents[i].Length;
            _tokens[at++] = boundaryToken;
            _ends[i] = at;
        }
        var hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_tokens.AsSpan())));
        Info = new ShardInfo(source, "", "", _tokens.Length, documents.Count, hash, "");
    }

    /// <inheritdoc/>
    public ShardInfo Info { get; }

    /// <inheritdoc/>
    public (long Start, long End) Range(int document) => (document == 0 ? 0 : _ends[document - 1], _ends[document]);

    /// <inheritdoc/>
    public uint Tags(int document) => 0;

    /// <inheritdoc/>
    public void Read(long start, Span<int> destination) => _tokens.AsSpan((int)start, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing to release.
    }
}
