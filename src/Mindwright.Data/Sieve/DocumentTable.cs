namespace Mindwright.Data;

/// <summary>
/// The numbers of the documents 0, 1, 2 … by a hash of something in each. Open addressing in two arrays, so that most look-ups touch only the small
/// one: a byte of the hash (0: free), and the number; 7 to 10 bytes a document.
/// </summary>
/// <param name="hashOf">The hash of a document that is in the table.</param>
/// <param name="capacity">Slots to begin with.</param>
internal sealed class DocumentTable(Func<int, ulong> hashOf, int capacity)
{
    private byte[] _marks = new byte[capacity];
    private int[] _documents = new int[capacity];

    /// <summary>Documents in it.</summary>
    public int Count { get; private set; }

    /// <summary>Puts in the next document, whose hash <c>hashOf</c> must know from now on.</summary>
    public void Add()
    {
        Count++;
        if (Count * 4L <= _marks.Length * 3L)
        {
            Insert(Count - 1);
            return;
        }
        // By half as much: half to three quarters of the slots are in use. The documents tell all, so the old arrays are gone before the new ones are there.
        var length = checked(_marks.Length / 2 * 3);
        (_marks, _documents) = ([], []);
        (_marks, _documents) = (new byte[length], new int[length]);
        for (var document = 0; document < Count; document++)
            Insert(document);
    }

    /// <summary>Begins a search for the documents with a hash.</summary>
    public Search Find(ulong hash) => new(Slot(hash), Mark(hash));

    /// <summary>The next document that may have the hash, oldest first: one in 255 that comes by has another.</summary>
    public bool TryNext(ref Search search, out int document)
    {
        while (_marks[search.Slot] != 0)
        {
            var slot = search.Slot;
            search.Slot = After(slot);
            if (_marks[slot] != search.Mark)
                continue;
            document = _documents[slot];
            return true;
        }
        document = -1;
        return false;
    }

    private void Insert(int document)
    {
        var hash = hashOf(document);
        var slot = Slot(hash);
        while (_marks[slot] != 0)
            slot = After(slot);
        (_marks[slot], _documents[slot]) = (Mark(hash), document);
    }

    private int Slot(ulong hash) => (int)((ulong)(uint)hash * (uint)_marks.Length >> 32);

    private static byte Mark(ulong hash) => (byte)Math.Max(1, hash >> 56);

    private int After(int slot) => slot + 1 == _marks.Length ? 0 : slot + 1;

    /// <summary>Where a search stands.</summary>
    internal struct Search(int slot, byte mark)
    {
        public int Slot = slot;
        public readonly byte Mark = mark;
    }
}
