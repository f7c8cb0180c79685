using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Finds neighboring characters that no token contains side by side. Merges cannot cross between such two, so a long
/// piece may be cut there and its parts be encoded, and remembered, apart.
/// </summary>
/// <remarks>The sets are hashed into bits: a collision hides a boundary, it never invents one.</remarks>
internal sealed class TokenBoundaries
{
    /// <summary>Marks the absence of a character.</summary>
    public const uint NoCharacter = uint.MaxValue;

    private const int Bits = 20;
    private readonly ulong[] _characters = new ulong[(1 << Bits) / 64];

    // Tokens may begin or end within a character; of such only the two bytes at the boundary are looked at.
    private readonly ulong[] _bytes = new ulong[(1 << 16) / 64];

    public TokenBoundaries(Vocabulary vocabulary)
    {
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var token = vocabulary[id];
            for (var at = 1; at < token.Length; at++)
            {
                if (IsContinuation(token[at]))
                    continue;
                var start = at - 1;
                while (start > 0 && IsContinuation(token[start]))
                    start--;
                ref var text = ref MemoryMarshal.GetReference(token);
                var left = Character(ref text, start, at, out _);
                var right = Character(ref text, at, token.Length, out _);
                if (left != NoCharacter && right != NoCharacter)
                    Set(_characters, Hash(left, right));
                else
                    Set(_bytes, Bytes(token[at - 1], token[at]));
            }
        }
    }

    /// <summary>The first position in a text, past its start, that certainly no token reaches across; the text's length if there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="character">The character that is all there is before that position, or <see cref="NoCharacter"/>.</param>
    public int Next(ReadOnlySpan<byte> text, out uint character)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var left = Character(ref start, 0, text.Length, out var at);
        character = left;
        while (at < text.Length)
        {
            var right = Character(ref start, at, text.Length, out var length);
            if (left != NoCharacter && right != NoCharacter && !Has(_characters, Hash(left, right)) && !Has(_bytes, Bytes(text[at - 1], text[at])))
                return at;
            character = NoCharacter;
            left = right;
            at += length;
        }
        return at;
    }

    private static bool Has(ulong[] set, uint bit) => (set[bit >> 6] >> (int)bit & 1) != 0;

    private static void Set(ulong[] set, uint bit) => set[bit >> 6] |= 1UL << (int)bit;

    private static uint Bytes(byte left, byte right) => (uint)(left << 8 | right);

    private static uint Hash(uint left, uint right) => (uint)(((ulong)left << 32 | right) * 0x9E3779B97F4A7C15 >> (64 - Bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Character(ref byte text, int at, int end, out int length)
    {
        var first = Unsafe.Add(ref text, at);
        length = 1;
        return first < 0x80 ? first : CharClasses.Decode(ref text, at, end, out length, out var character) ? character : NoCharacter;
    }

    private static bool IsContinuation(byte b) => (b & 0xC0) == 0x80;
}
