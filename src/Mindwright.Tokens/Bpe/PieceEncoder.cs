using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Encodes text piece by piece with one thread's cache. A block of pieces goes in three short loops: cut; make the keys
/// and ask for their cache lines; look them up. So a line is on its way while its predecessors are dealt with.
/// </summary>
internal sealed unsafe class PieceEncoder(PieceModel model)
{
    private const int BlockSize = 256;

    private readonly PieceCache _cache = new();
    private readonly LongPieceCache _longCache = new();
    private readonly Piece[] _pieces = new Piece[BlockSize];
    private readonly Key[] _keys = new Key[BlockSize];

    /// <summary>Where the ids go.</summary>
    public NativeList<int> Ids { get; } = new();

    // 16 bytes of ones, then zeros: read at 16 − n, the first n bytes of a key survive.
    private static ReadOnlySpan<byte> Masks =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Encodes a text; its ids are appended to <see cref="Ids"/>.</summary>
    public void Encode(ReadOnlySpan<byte> text, PreTokenizer preTokenizer)
    {
        fixed (byte* start = text)
        {
            var position = 0;
            int count;
            while (position < text.Length && (count = preTokenizer.Split(text, ref position, _pieces)) > 0)
            {
                MakeKeys(start, text.Length, _pieces.AsSpan(0, count));
                LookUp(start, text.Length, _pieces.AsSpan(0, count));
            }
        }
    }

    private void MakeKeys(byte* text, int length, ReadOnlySpan<Piece> pieces)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        for (var i = 0; i < pieces.Length; i++)
        {
            var piece = pieces[i];
            var size = piece.End - piece.Start;
            ref var key = ref Unsafe.Add(ref keys, i);
            if (size > PieceCache.MaxPiece)
            {
                key.High = 0;
                continue;
            }
            key = MakeKey(text + piece.Start, size, length - piece.Start);
            if (Sse.IsSupported)
                Sse.Prefetch0(_cache.Set(key.Hash));
        }
    }

    /// <summary>The key of a piece that has a number of bytes behind its start, its own and others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Key MakeKey(byte* piece, int size, int readable)
    {
        var bytes = readable >= 16 ? Vector128.Load(piece) : LoadAtEnd(piece, size);
        var words = (bytes & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Masks), (nuint)(16 - size))).AsUInt64();
        var (low, high) = (words.ToScalar(), words.GetElement(1) | (ulong)size << 56);
        return new Key(low, high, Hashing.Words(low, high));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<byte> LoadAtEnd(byte* piece, int size)
    {
        var padded = Vector128<byte>.Zero;
        new ReadOnlySpan<byte>(piece, size).CopyTo(new Span<byte>(&padded, Vector128<byte>.Count));
        return padded;
    }

    private void LookUp(byte* text, int length, ReadOnlySpan<Piece> pieces)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        var start = Ids.Reserve(pieces.Length * PieceCache.MaxIds);
        var ids = start;
        for (var i = 0; i < pieces.Length; i++)
        {
            ref var key = ref Unsafe.Add(ref keys, i);
            if (key.High != 0)
            {
                var entry = PieceCache.Find(_cache.Set(key.Hash), key.Low, key.High);
                if (entry != null && entry->Count <= PieceCache.MaxIds)
                {
                    // Four ids are copied and as many count as there are: cheaper than a loop.
                    Vector128.Store(Vector128.Load(entry->Ids), ids);
                    ids += entry->Count;
                    continue;
                }
            }
            Ids.Count += (int)(ids - start);
            var piece = pieces[i];
            Miss(text + piece.Start, piece.End - piece.Start, length - piece.Start, key);
            ids = start = Ids.Reserve((pieces.Length - i) * PieceCache.MaxIds);
        }
        Ids.Count += (int)(ids - start);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Miss(byte* piece, int size, int readable, in Key key)
    {
        if (key.High != 0)
        {
            Short(piece, size, key);
            return;
        }
        // Writing without spaces makes pieces that never come again; parts of them do.
        var text = new ReadOnlySpan<byte>(piece, size);
        var boundaries = Ascii.IsValid(text) ? null : model.Boundaries;
        while (boundaries is not null && boundaries.Next(text, out var character) is var cut && cut < text.Length)
        {
            if (character != TokenBoundaries.NoCharacter && model.Character(character) is >= 0 and var id)
                Ids.Add(id);
            else
                Part(text[..cut], readable - (size - text.Length));
            text = text[cut..];
        }
        Part(text, readable - (size - text.Length));
    }

    private void Part(ReadOnlySpan<byte> part, int readable)
    {
        if (part.Length <= PieceCache.MaxPiece)
        {
            fixed (byte* start = part)
                Short(start, part.Length, MakeKey(start, part.Length, readable));
        }
        else if (_longCache.TryGet(part, out var known))
        {
            Ids.Add(known);
        }
        else
        {
            _longCache.Add(part, Merge(part));
        }
    }

    private void Short(byte* piece, int size, in Key key)
    {
        var entry = PieceCache.Find(_cache.Set(key.Hash), key.Low, key.High);
        if (entry != null)
            Ids.Add(_cache.IdsOf(entry));
        else
            _cache.Add(key.Hash, key.Low, key.High, Merge(new ReadOnlySpan<byte>(piece, size)));
    }

    private ReadOnlySpan<int> Merge(ReadOnlySpan<byte> piece)
    {
        var ids = new Span<int>(Ids.Reserve(piece.Length), piece.Length);
        var count = model.Encode(piece, ids);
        Ids.Count += count;
        return ids[..count];
    }

    private struct Key(ulong low, ulong high, uint hash)
    {
        public ulong Low = low;
        public ulong High = high;
        public uint Hash = hash;
    }
}
