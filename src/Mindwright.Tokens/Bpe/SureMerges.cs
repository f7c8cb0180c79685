using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// A piece is its bytes, except that a character of two or three bytes, or a pair of ASCII bytes, that merges surely make one token of is that token
/// from the start. This leaves half or a third of the symbols to merge in text beyond ASCII, and fewer in ASCII too.
/// </summary>
/// <remarks>
/// What makes it sure: the merges within it lead to one token, the last of them at some rank; every merge of that token with a neighbor ranks
/// after it, so none happens earlier than it would have; and every merge of a part of it with a neighbor does too, so none takes a part away. The
/// last depends on the neighbors, and is looked up by the two bytes at each end.
/// </remarks>
internal sealed class SureMerges : IAlphabet
{
    private static readonly Made s_none = new(-1, MergeTable.None);
    private readonly Bytes _bytes;
    private readonly Made[] _characters = new Made[0x10000];
    private readonly Made[] _pairs = new Made[0x80 << 7];
    private readonly int[] _lossAtStart = new int[1 << 16];
    private readonly int[] _lossAtEnd = new int[1 << 16];

    public SureMerges(Bytes bytes, Vocabulary vocabulary, MergeTable merges)
    {
        _bytes = bytes;
        _characters.AsSpan().Fill(s_none);
        _pairs.AsSpan().Fill(s_none);
        _lossAtStart.AsSpan().Fill(MergeTable.None);
        _lossAtEnd.AsSpan().Fill(MergeTable.None);
        var firstUse = new int[vocabulary.Size];
        firstUse.AsSpan().Fill(MergeTable.None);
        foreach (var merge in merges.All())
        {
            firstUse[merge.Left] = Math.Min(firstUse[merge.Left], merge.Rank);
            firstUse[merge.Right] = Math.Min(firstUse[merge.Right], merge.Rank);
            var left = vocabulary[merge.Left];
            var right = vocabulary[merge.Right];
            if (left.IsEmpty || right.IsEmpty)
                return; // A token that only an allow-list may find: its bytes are not known here.
            var boundary = Ends(left[^1], right[0]);
            if (left.Length == 1 && left[0] < 0x80 || left.Length <= 2 && AreContinuations(left))
                _lossAtEnd[boundary] = Math.Min(_lossAtEnd[boundary], merge.Rank);
            if (right.Length == 1 && right[0] < 0x80 || right[0] >= 0xC0 && right.Length < (right[0] < 0xE0 ? 2 : 3) && AreContinuations(right[1..]))
                _lossAtStart[boundary] = Math.Min(_lossAtStart[boundary], merge.Rank);
        }
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var token = vocabulary[id];
            if (token.Length == 2 && (token[0] | token[1]) < 0x80)
            {
                if (Make(token, merges) is var pair && pair.Token == id && pair.Rank < firstUse[id])
                    _pairs[Pair(token[0], token[1])] = pair;
            }
            else if (token.Length is 2 or 3 && CharClasses.Decode(ref MemoryMarshal.GetReference(token), 0, token.Length, out var length, out var character)
                && length == token.Length && Make(token, merges) is var made && made.Token == id && made.Rank < firstUse[id])
                _characters[character] = made;
        }
    }

    public bool LosesNothing => true;

    public int Encode(ReadOnlySpan<byte> piece, Span<int> ids)
    {
        var count = 0;
        for (var at = 0; at < piece.Length;)
        {
            var id = piece[at] < 0x80 ? FindPair(piece, at, out var length) : Find(piece, at, out length);
            if (id < 0)
            {
                length = 1;
                id = _bytes.Id(piece[at]);
            }
            ids[count++] = id;
            at += length;
        }
        return count;
    }

    /// <summary>The token that a character alone becomes, or -1 where that isn't known here.</summary>
    public int Alone(uint character) => character < 0x10000 ? _characters[character].Token : -1;

    /// <summary>The token of the character at a position in a piece, or -1 where its bytes must be merged one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ReadOnlySpan<byte> piece, int at, out int length)
    {
        ref var text = ref MemoryMarshal.GetReference(piece);
        if (!CharClasses.Decode(ref text, at, piece.Length, out length, out var character) || character >= 0x10000)
            return -1;
        return IsSure(_characters[character], piece, at, at + length) ? _characters[character].Token : -1;
    }

    /// <summary>The same of the two ASCII bytes at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindPair(ReadOnlySpan<byte> piece, int at, out int length)
    {
        length = 2;
        ref var text = ref Unsafe.Add(ref MemoryMarshal.GetReference(piece), at);
        if (at + 1 == piece.Length || Unsafe.Add(ref text, 1) >= 0x80)
            return -1;
        var made = _pairs[Pair(text, Unsafe.Add(ref text, 1))];
        return IsSure(made, piece, at, at + 2) ? made.Token : -1;
    }

    /// <summary>Whether no neighbor takes a part of the piece at an index before the piece's own merges are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSure(Made made, ReadOnlySpan<byte> piece, int at, int end)
    {
        ref var text = ref MemoryMarshal.GetReference(piece);
        return (at == 0 || made.Rank < _lossAtStart[Ends(Unsafe.Add(ref text, at - 1), Unsafe.Add(ref text, at))])
            && (end == piece.Length || made.Rank < _lossAtEnd[Ends(Unsafe.Add(ref text, end - 1), Unsafe.Add(ref text, end))]);
    }

    /// <summary>What merges make of a character, or of two bytes, alone.</summary>
    private Made Make(ReadOnlySpan<byte> character, MergeTable merges)
    {
        var (first, second) = (_bytes.Id(character[0]), _bytes.Id(character[1]));
        var rank = merges.Rank(first, second);
        if (character.Length == 2)
            return rank == MergeTable.None ? s_none : new Made(merges.Result(rank), rank);
        var third = _bytes.Id(character[2]);
        var other = merges.Rank(second, third);
        var lower = Math.Min(rank, other);
        if (lower == MergeTable.None)
            return s_none;
        var upper = rank <= other ? merges.Rank(merges.Result(rank), third) : merges.Rank(first, merges.Result(other));
        return upper == MergeTable.None ? s_none : new Made(merges.Result(upper), Math.Max(lower, upper));
    }

    private static bool AreContinuations(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)0x80, (byte)0xBF) < 0;

    private static int Pair(byte first, byte second) => first << 7 | second;

    private static int Ends(byte left, byte right) => left << 8 | right;

    /// <summary>A token, and the highest rank of the merges that make it.</summary>
    private readonly record struct Made(int Token, int Rank);
}
