namespace Mindwright.Data;

/// <summary>Some documents of a source as tokens: a file that is mapped into memory, or an array.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal interface ITokenShard : IDisposable
{
    /// <summary>Its entry in the manifest.</summary>
    ShardInfo Info { get; }

    /// <summary>Where a document begins, and the index after its last token (a boundary token).</summary>
    (long Start, long End) Range(int document);

    /// <summary>A document's set of tags.</summary>
    uint Tags(int document);

    /// <summary>Copies tokens out, from <paramref name="start"/> on, as many as the destination takes.</summary>
    void Read(long start, Span<int> destination);
}
