using System.Buffers.Binary;

namespace Mindwright.Data;

/// <summary>
/// The numbers of the documents 0, 1, 2 … by a hash of something in each. Open addressing; a slot has five bytes: one of the hash (0: free), and the
/// number. With a quarter to two fifths of the slots free, that is 7 to 8 bytes a document.
/// </summary>
/// <param name="hashOf">The hash of a document that is in the table.</param>
internal sealed class DocumentTable(Func<int, ulong> hashOf)
{
    private const int SlotBytes = 5, ChunkSlots = 1 << 14;

    // In chunks that stay when the table grows: replacing one array by a larger one again and again fragments the heap.
    private readonly List<byte[]> _chunks = [new byte[ChunkSlots * SlotBytes]];
    private int _count;

    private int Slots => checked(_chunks.Count * ChunkSlots);

    /// <summary>Adds the next document; from now on <c>hashOf</c> must know its hash.</summary>
    public void Add()
    {
        _count++;
        if (_count * 4L <= Slots * 3L)
            Insert(_count - 1);
        else
            Grow();
    }

    /// <summary>Starts a search for the documents with a hash.</summary>
    public Search Find(ulong hash) => new(FirstSlot(hash), Mark(hash));

    /// <summary>The next document that may have the hash, oldest first; of documents with another hash, one in 255 is returned too.</summary>
    public bool TryNext(ref Search search, out int document)
    {
        while (true)
        {
            var slot = Slot(search.Slot);
            if (slot[0] == 0)
            {
                document = -1;
                return false;
            }
            search.Slot = After(search.Slot);
            if (slot[0] == search.Mark)
            {
                document = BinaryPrimitives.ReadInt32LittleEndian(slot[1..]);
                return true;
            }
        }
    }

    private void Insert(int document)
    {
        var hash = hashOf(document);
        var at = FirstSlot(hash);
        while (Slot(at)[0] != 0)
            at = After(at);
        var slot = Slot(at);
        slot[0] = Mark(hash);
        BinaryPrimitives.WriteInt32LittleEndian(slot[1..], document);
    }

    private void Grow()
    {
        foreach (var chunk in _chunks)
            Array.Clear(chunk);
        for (var more = (_chunks.Count + 3) / 4; more > 0; more--)
            _chunks.Add(new byte[ChunkSlots * SlotBytes]);
        for (var document = 0; document < _count; document++)
            Insert(document);
    }

    private Span<byte> Slot(int slot) => _chunks[slot / ChunkSlots].AsSpan(slot % ChunkSlots * SlotBytes, SlotBytes);

    private int FirstSlot(ulong hash) => (int)((ulong)(uint)hash * (uint)Slots >> 32);

    private int After(int slot) => slot + 1 == Slots ? 0 : slot + 1;

    private static byte Mark(ulong hash) => (byte)Math.Max(1, hash >> 56);

    /// <summary>The position of a search.</summary>
    internal struct Search(int slot, byte mark)
    {
        public int Slot = slot;
        public readonly byte Mark = mark;
    }
}
