using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>The bytes of every token, by id, and the ids by bytes. Ids may have gaps; a gap has no bytes.</summary>
internal sealed class Vocabulary
{
    /// <summary>Bits that an id may have, so that two ids and a rank fit a word.</summary>
    public const int IdBits = 21;

    /// <summary>The most ids that a vocabulary may have.</summary>
    public const int MaxSize = (1 << IdBits) - 1;

    private const uint IdMask = (1 << IdBits) - 1;
    private const uint Empty = uint.MaxValue;

    private readonly byte[] _bytes;
    private readonly int[] _offsets;

    // An id below some bits of its hash, which spare most looks at the bytes of others.
    private readonly uint[] _slots;

    /// <param name="tokens">Bytes by id; null for an id that no token has, or that must not be found by its bytes.</param>
    public Vocabulary(IReadOnlyList<byte[]?> tokens)
    {
        if (tokens.Count > MaxSize)
            throw new NotSupportedException($"ids go up to {tokens.Count - 1}, and no further than {MaxSize - 1} here");
        _offsets = new int[tokens.Count + 1];
        var total = 0;
        for (var id = 0; id < tokens.Count; id++)
        {
            total = checked(total + (tokens[id]?.Length ?? 0));
            _offsets[id + 1] = total;
            LongestToken = Math.Max(LongestToken, tokens[id]?.Length ?? 0);
        }
        _bytes = new byte[total];
        _slots = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, tokens.Count * 2))];
        _slots.AsSpan().Fill(Empty);
        for (var id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is not { Length: > 0 } bytes)
                continue;
            bytes.CopyTo(_bytes, _offsets[id]);
            Count++;
            var hash = Hashing.Bytes(bytes);
            ref var slot = ref Slot(hash, bytes);
            if (slot == Empty)
                slot = hash & ~IdMask | (uint)id; // Else the lower id keeps the bytes.
        }
    }

    /// <summary>The highest id + 1.</summary>
    public int Size => _offsets.Length - 1;

    /// <summary>Number of tokens that have bytes.</summary>
    public int Count { get; }

    /// <summary>Whether a token holds a mark after anything else than such marks, so that cutting texts before runs of it changes their ids.</summary>
    public bool HasInside(ReadOnlySpan<byte> mark)
    {
        for (var id = 0; id < Size; id++)
        {
            var token = this[id];
            while (token.StartsWith(mark))
                token = token[mark.Length..];
            if (token.IndexOf(mark) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Length in bytes of the longest token.</summary>
    public int LongestToken { get; }

    /// <summary>The bytes of a token.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _bytes.AsSpan(_offsets[id], _offsets[id + 1] - _offsets[id]);
    }

    /// <summary>The id of the token with these bytes, or -1.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        var slot = Slot(Hashing.Bytes(bytes), bytes);
        return slot == Empty ? -1 : (int)(slot & IdMask);
    }

    private ref uint Slot(uint hash, ReadOnlySpan<byte> bytes)
    {
        var mask = (uint)(_slots.Length - 1);
        for (var at = hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot == Empty || ((slot ^ hash) <= IdMask && this[(int)(slot & IdMask)].SequenceEqual(bytes)))
                return ref slot;
        }
    }
}

/// <summary>The hash functions of the tables here: portable, quick on short keys, and without a secret, for they guard nothing.</summary>
internal static class Hashing
{
    private const ulong A = 0x9E3779B97F4A7C15, B = 0xD6E8FEB86659FD93;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Words(ulong low, ulong high)
    {
        var mixed = (low ^ (high * A)) * B;
        return (uint)((mixed ^ (low * A)) >> 32);
    }

    public static uint Bytes(ReadOnlySpan<byte> bytes) => (uint)(Long(bytes) >> 32);

    public static ulong Long(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length * A;
        ulong tail = 0;
        if (bytes.Length >= 8)
        {
            for (var at = 0; at + 8 < bytes.Length; at += 8)
                hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(bytes[at..])) * B, 29);
            tail = MemoryMarshal.Read<ulong>(bytes[^8..]);
        }
        else if (bytes.Length >= 4)
        {
            tail = MemoryMarshal.Read<uint>(bytes) | (ulong)MemoryMarshal.Read<uint>(bytes[^4..]) << 32;
        }
        else if (bytes.Length > 0)
        {
            tail = bytes[0] | (ulong)bytes[bytes.Length / 2] << 8 | (ulong)bytes[^1] << 16;
        }
        hash = (hash ^ tail) * B;
        return (hash ^ (hash >> 29)) * A;
    }
}
