namespace Mindwright.Data;

/// <summary>A stretch of a source's documents as tokens: a file that is mapped into memory, or tokens that lie there already.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal interface ITokenShard : IDisposable
{
    /// <summary>What the manifest says of it.</summary>
    ShardInfo Info { get; }

    /// <summary>Where a document begins, and the index after its last token (a boundary token).</summary>
    (long Start, long End) Range(int document);

    /// <summary>A document's set of tags.</summary>
    uint Tags(int document);

    /// <summary>Copies tokens out, from <paramref name="start"/> on, as many as the destination takes.</summary>
    void Read(long start, Span<int> destination);
}
