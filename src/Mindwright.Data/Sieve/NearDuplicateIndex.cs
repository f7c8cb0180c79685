using System.Buffers.Binary;

namespace Mindwright.Data;

/// <summary>
/// The documents that were kept, by the bands of their signatures (locality-sensitive hashing: Indyk and Motwani 1998).
/// Takes 190 to 290 bytes a document.
/// </summary>
internal sealed class NearDuplicateIndex
{
    // Boilerplate can put thousands into one band; comparing with some of them is enough.
    private const int MaxChain = 32;

    private const int Chunk = 1 << 14;

    private readonly double _threshold;
    private readonly List<byte[]> _signatures = [];

    // An open hash table in two arrays, so that most look-ups touch only the small one: a byte of the band's hash (0: free), and the document.
    private byte[] _marks = new byte[1 << 12];
    private int[] _documents = new int[1 << 12];

    /// <summary>An empty index.</summary>
    /// <param name="threshold">Estimated Jaccard similarity from which on two documents are near duplicates.</param>
    public NearDuplicateIndex(double threshold) => _threshold = threshold;

    /// <summary>Documents in it.</summary>
    public int Count { get; private set; }

    /// <summary>Looks for a near duplicate; where there is none, the document goes into the index.</summary>
    /// <param name="signature">Its <see cref="MinHash"/> signature.</param>
    /// <param name="duplicateOf">The number of the document that it repeats, counted in the order of addition; −1 for none.</param>
    /// <param name="similarity">The estimated similarity to it.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(ReadOnlySpan<byte> signature, out int duplicateOf, out double similarity)
    {
        (duplicateOf, similarity) = Find(signature);
        if (duplicateOf >= 0)
            return false;
        Add(signature);
        return true;
    }

    /// <summary>Puts a document in without looking, as when an interrupted run goes on.</summary>
    public void Add(ReadOnlySpan<byte> signature)
    {
        if (Count % Chunk == 0)
            _signatures.Add(new byte[Chunk * MinHash.Size]);
        signature.CopyTo(_signatures[^1].AsSpan(Count % Chunk * MinHash.Size));
        Count++;
        // At most three quarters full.
        if ((long)Count * MinHash.Bands * 4 > (long)_marks.Length * 3)
            Grow();
        else
            Insert(Count - 1);
    }

    private (int Document, double Similarity) Find(ReadOnlySpan<byte> signature)
    {
        var mask = _marks.Length - 1;
        for (var band = 0; band < MinHash.Bands; band++)
        {
            var (slot, mark) = Place(signature, band, mask);
            for (var chain = 0; _marks[slot] != 0 && chain < MaxChain; slot = (slot + 1) & mask)
            {
                if (_marks[slot] != mark)
                    continue;
                var other = Stored(_documents[slot]);
                if (!Band(other, band).SequenceEqual(Band(signature, band)))
                    continue;
                chain++;
                var similarity = MinHash.Similarity(signature, other);
                if (similarity >= _threshold)
                    return (_documents[slot], similarity);
            }
        }
        return (-1, 0);
    }

    private ReadOnlySpan<byte> Stored(int document) =>
        _signatures[document / Chunk].AsSpan(document % Chunk * MinHash.Size, MinHash.Size);

    private static ReadOnlySpan<byte> Band(ReadOnlySpan<byte> signature, int band) => signature.Slice(band * MinHash.Rows, MinHash.Rows);

    /// <summary>Where the search for a band begins, and the mark of its entries.</summary>
    private static (int Slot, byte Mark) Place(ReadOnlySpan<byte> signature, int band, int mask)
    {
        var values = Band(signature, band);
        var hash = Permutation.Mix(((ulong)band << 40) | ((ulong)values[4] << 32) | BinaryPrimitives.ReadUInt32LittleEndian(values));
        return ((int)((uint)hash & (uint)mask), (byte)Math.Max(1, hash >> 56));
    }

    /// <summary>The signatures tell all, so the old table is gone before the new one is there.</summary>
    private void Grow()
    {
        var length = checked(_marks.Length * 2);
        (_marks, _documents) = ([], []);
        (_marks, _documents) = (new byte[length], new int[length]);
        for (var document = 0; document < Count; document++)
            Insert(document);
    }

    private void Insert(int document)
    {
        var signature = Stored(document);
        var mask = _marks.Length - 1;
        for (var band = 0; band < MinHash.Bands; band++)
        {
            var (slot, mark) = Place(signature, band, mask);
            while (_marks[slot] != 0)
                slot = (slot + 1) & mask;
            (_marks[slot], _documents[slot]) = (mark, document);
        }
    }
}
