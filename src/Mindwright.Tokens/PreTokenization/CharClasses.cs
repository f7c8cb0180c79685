using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Tokens.PreTokenization;

/// <summary>Character classes of UTF-8 text, by a two-level table of 128 code points a page.</summary>
internal static class CharClasses
{
    private const int PageBits = 7;
    private static readonly ushort[] s_pageOf = new ushort[0x110000 >> PageBits];
    private static readonly byte[] s_classes = Build();

    /// <summary>The class of a code point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass Of(uint codePoint)
    {
        var page = s_pageOf[codePoint >> PageBits];
        return (CharClass)s_classes[(page << PageBits) | (int)(codePoint & ((1 << PageBits) - 1))];
    }

    /// <summary>Whether a class is one of the letters (general category L).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLetter(CharClass c) => (uint)(c - CharClass.Upper) <= CharClass.OtherLetter - CharClass.Upper;

    /// <summary>Whether a class is White_Space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(CharClass c) => (uint)(c - CharClass.Newline) <= CharClass.Space - CharClass.Newline;

    /// <summary>The class of the character at a position, and its length in bytes. A byte that starts no valid character is one <see cref="CharClass.Other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass At(ref byte text, int position, int end, out int length)
    {
        var first = Unsafe.Add(ref text, position);
        if (first < 0x80)
        {
            length = 1;
            return (CharClass)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(s_classes), first);
        }
        return Decode(ref text, position, end, out length, out var codePoint) ? Of(codePoint) : CharClass.Other;
    }

    /// <summary>Decodes the character of two to four bytes at a position; false (and length 1) where there is no valid one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Decode(ref byte text, int position, int end, out int length, out uint codePoint)
    {
        ref var p = ref Unsafe.Add(ref text, position);
        uint first = p;
        var left = end - position;
        if (first < 0xE0)
        {
            if (first >= 0xC2 && left >= 2 && IsContinuation(Unsafe.Add(ref p, 1)))
            {
                length = 2;
                codePoint = ((first & 0x1F) << 6) | (Unsafe.Add(ref p, 1) & 0x3Fu);
                return true;
            }
        }
        else if (first < 0xF0)
        {
            if (left >= 3 && IsContinuation(Unsafe.Add(ref p, 1)) && IsContinuation(Unsafe.Add(ref p, 2)))
            {
                length = 3;
                codePoint = ((first & 0xF) << 12) | ((Unsafe.Add(ref p, 1) & 0x3Fu) << 6) | (Unsafe.Add(ref p, 2) & 0x3Fu);
                if (codePoint >= 0x800 && (codePoint & 0xF800) != 0xD800)
                    return true;
            }
        }
        else if (left >= 4 && IsContinuation(Unsafe.Add(ref p, 1)) && IsContinuation(Unsafe.Add(ref p, 2)) && IsContinuation(Unsafe.Add(ref p, 3)))
        {
            length = 4;
            codePoint = ((first & 0xF) << 18) | ((Unsafe.Add(ref p, 1) & 0x3Fu) << 12) | ((Unsafe.Add(ref p, 2) & 0x3Fu) << 6) | (Unsafe.Add(ref p, 3) & 0x3Fu);
            if (first <= 0xF4 && codePoint - 0x10000 < 0x100000)
                return true;
        }
        length = 1;
        codePoint = 0;
        return false;
    }

    /// <summary>The end of the run of ASCII letters that starts at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AsciiLettersEnd(ref byte text, int position, int end) => LettersEnd(ref text, position, end, 0x20);

    /// <summary>The end of the run of lower-case ASCII letters that starts at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AsciiLowersEnd(ref byte text, int position, int end) => LettersEnd(ref text, position, end, 0);

    /// <summary>The end of the run of ASCII spaces that starts at a position: indentation makes long ones.</summary>
    public static int BlanksEnd(ref byte text, int position, int end)
    {
        while (Vector128.IsHardwareAccelerated && end - position >= Vector128<byte>.Count)
        {
            var others = ~Vector128.Equals(Vector128.LoadUnsafe(ref text, (nuint)position), Vector128.Create((byte)' ')).ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0)
                return position + BitOperations.TrailingZeroCount(others);
            position += Vector128<byte>.Count;
        }
        while (position < end && Unsafe.Add(ref text, position) == ' ')
            position++;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LettersEnd(ref byte text, int position, int end, byte caseBit)
    {
        while (Vector128.IsHardwareAccelerated && end - position >= Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref text, (nuint)position);
            var letters = Vector128.LessThan((block | Vector128.Create(caseBit)) - Vector128.Create((byte)'a'), Vector128.Create((byte)26));
            var others = ~letters.ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0)
                return position + BitOperations.TrailingZeroCount(others);
            position += Vector128<byte>.Count;
        }
        while (position < end && (uint)((Unsafe.Add(ref text, position) | caseBit) - 'a') < 26)
            position++;
        return position;
    }

    /// <summary>The end of the run of letters that starts at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LettersEnd(ref byte text, int position, int end)
    {
        while (true)
        {
            position = AsciiLettersEnd(ref text, position, end);
            if (position >= end || Unsafe.Add(ref text, position) < 0x80)
                return position;
            do
            {
                if (!IsLetter(At(ref text, position, end, out var length)))
                    return position;
                position += length;
            }
            while (position < end && Unsafe.Add(ref text, position) >= 0x80);
        }
    }

    private static bool IsContinuation(byte b) => (b & 0xC0) == 0x80;

    private static byte[] Build()
    {
        var pages = new Dictionary<string, ushort>();
        var classes = new List<byte>();
        var page = new char[1 << PageBits];
        for (var p = 0; p < s_pageOf.Length; p++)
        {
            for (var i = 0; i < page.Length; i++)
                page[i] = (char)Classify((p << PageBits) | i);
            var key = new string(page);
            if (!pages.TryGetValue(key, out var index))
            {
                pages.Add(key, index = (ushort)pages.Count);
                foreach (var c in page)
                    classes.Add((byte)c);
            }
            s_pageOf[p] = index;
        }
        return [.. classes];
    }

    private static CharClass Classify(int codePoint) => codePoint switch
    {
        '\r' or '\n' => CharClass.Newline,
        (>= 9 and <= 13) or ' ' or 0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => CharClass.Space,
        _ => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharClass.Upper,
            UnicodeCategory.LowercaseLetter => CharClass.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharClass.OtherLetter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharClass.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharClass.Number,
            _ => CharClass.Other,
        },
    };
}
