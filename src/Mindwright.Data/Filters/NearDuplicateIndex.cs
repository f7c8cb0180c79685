using System.Buffers.Binary;

namespace Mindwright.Data;

/// <summary>
/// The documents that were kept, by the bands of their signatures (locality-sensitive hashing: Indyk and Motwani 1998).
/// Takes 187 to 213 bytes a document.
/// </summary>
internal sealed class NearDuplicateIndex
{
    // Boilerplate can put thousands into one band; comparing with some of them is enough.
    private const int MaxChain = 32;

    private readonly double _threshold;
    private readonly FixedRecords _signatures = new(MinHash.Size);
    private readonly DocumentTable[] _tables;

    /// <summary>An empty index.</summary>
    /// <param name="threshold">Estimated Jaccard similarity from which on two documents are near duplicates.</param>
    public NearDuplicateIndex(double threshold)
    {
        _threshold = threshold;
        _tables = [.. Enumerable.Range(0, MinHash.Bands).Select(band => new DocumentTable(document => Hash(_signatures[document], band)))];
    }

    /// <summary>Adds a document by its <see cref="MinHash"/> signature.</summary>
    public void Add(ReadOnlySpan<byte> signature)
    {
        _signatures.Add(signature);
        foreach (var table in _tables)
            table.Add();
    }

    /// <summary>A document that one with this signature nearly repeats, by its number in the order of addition, and the estimated similarity to it; −1 for none.</summary>
    public (int Document, double Similarity) Find(ReadOnlySpan<byte> signature)
    {
        for (var band = 0; band < MinHash.Bands; band++)
        {
            var search = _tables[band].Find(Hash(signature, band));
            for (var chain = 0; chain < MaxChain && _tables[band].TryNext(ref search, out var document);)
            {
                var other = _signatures[document];
                if (!Band(other, band).SequenceEqual(Band(signature, band)))
                    continue;
                chain++;
                var similarity = MinHash.Similarity(signature, other);
                if (similarity >= _threshold)
                    return (document, similarity);
            }
        }
        return (-1, 0);
    }

    private static ReadOnlySpan<byte> Band(ReadOnlySpan<byte> signature, int band) => signature.Slice(band * MinHash.Rows, MinHash.Rows);

    private static ulong Hash(ReadOnlySpan<byte> signature, int band)
    {
        var values = Band(signature, band);
        return Permutation.Mix(((ulong)values[4] << 32) | BinaryPrimitives.ReadUInt32LittleEndian(values));
    }
}
