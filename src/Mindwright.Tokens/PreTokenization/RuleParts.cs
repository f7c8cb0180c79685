using System.Runtime.CompilerServices;

namespace Mindwright.Tokens.PreTokenization;

/// <summary>Parts that the rules of the known patterns share.</summary>
internal static class RuleParts
{
    /// <summary>
    /// The length of an English contraction's ending (<c>'s 't 'm 'd 're 've 'll</c>) at an apostrophe, in any case, or 0.
    /// Simple case folding makes U+017F (long s) an s.
    /// </summary>
    public static int FoldedContraction(ref byte text, int position, int end)
    {
        if (end - position < 2)
            return 0;
        var first = Unsafe.Add(ref text, position + 1) | 0x20;
        if (first is 's' or 't' or 'm' or 'd')
            return 2;
        if (end - position < 3)
            return 0;
        var second = Unsafe.Add(ref text, position + 2);
        if (Unsafe.Add(ref text, position + 1) == 0xC5 && second == 0xBF)
            return 3;
        return IsTwoLetterEnding(first, second | 0x20) ? 3 : 0;
    }

    /// <summary>The length of a lower-case contraction's ending at an apostrophe, or 0.</summary>
    public static int Contraction(ref byte text, int position, int end)
    {
        if (end - position < 2)
            return 0;
        int first = Unsafe.Add(ref text, position + 1);
        if (first is 's' or 't' or 'm' or 'd')
            return 2;
        return end - position >= 3 && IsTwoLetterEnding(first, Unsafe.Add(ref text, position + 2)) ? 3 : 0;
    }

    /// <summary>The end of <c>\p{N}{1,max}</c>, given that a number of the given length starts at the position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NumbersEnd(ref byte text, int position, int length, int end, int max)
    {
        position += length;
        for (var count = 1; count < max && position < end; count++)
        {
            if (CharClasses.At(ref text, position, end, out length) != CharClass.Number)
                break;
            position += length;
        }
        return position;
    }

    /// <summary>The end of <c>[^\s\p{L}\p{N}]*</c> from a position on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OthersEnd(ref byte text, int position, int end)
    {
        while (position < end && CharClasses.At(ref text, position, end, out var length) is CharClass.Other or CharClass.Mark)
            position += length;
        return position;
    }

    /// <summary>
    /// The end of white space at a position: <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>, or without the first alternative.
    /// </summary>
    /// <remarks>
    /// Backtracking makes of the first: up to the last line break of the run, if it has one; of the second: the run
    /// at the end of the text, else all of it but its last character; of the third: that last character.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SpacesEnd(ref byte text, int position, int end, bool toLastNewline)
    {
        var run = position;
        var lastStart = position;
        var newlineEnd = 0;
        while (run < end)
        {
            var c = CharClasses.At(ref text, run, end, out var length);
            if (!CharClasses.IsSpace(c))
                break;
            lastStart = run;
            run += length;
            if (c == CharClass.Newline)
            {
                newlineEnd = run;
            }
            else if (Unsafe.Add(ref text, lastStart) == ' ')
            {
                run = CharClasses.BlanksEnd(ref text, run, end);
                lastStart = run - 1;
            }
        }
        if (toLastNewline && newlineEnd != 0)
            return newlineEnd;
        return run == end || lastStart == position ? run : lastStart;
    }

    private static bool IsTwoLetterEnding(int first, int second) =>
        (first is 'r' or 'v' && second == 'e') || (first == 'l' && second == 'l');
}
