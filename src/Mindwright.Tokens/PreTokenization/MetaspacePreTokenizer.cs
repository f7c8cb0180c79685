namespace Mindwright.Tokens.PreTokenization;

/// <summary>
/// Cuts SentencePiece text, in which U+2581 stands for a space, before such marks: before each, or (<paramref name="keepRuns"/>) before
/// the first of a run, which changes nothing in a vocabulary without a token that holds the mark after something else.
/// </summary>
internal sealed class MetaspacePreTokenizer(bool keepRuns) : PreTokenizer
{
    public static ReadOnlySpan<byte> Mark => "▁"u8;

    public bool KeepRuns { get; } = keepRuns;

    public override string? Pattern => null;

    public override int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces)
    {
        var count = 0;
        while (position < text.Length && count < pieces.Length)
        {
            var end = position;
            if (KeepRuns)
                while (text[end..].StartsWith(Mark))
                    end += Mark.Length;
            else if (text[end..].StartsWith(Mark))
                end += Mark.Length;
            var next = text[end..].IndexOf(Mark);
            end = next < 0 ? text.Length : end + next;
            pieces[count++] = new Piece(position, end);
            position = end;
        }
        return count;
    }
}

/// <summary>Leaves the text in one piece.</summary>
internal sealed class WholeTextPreTokenizer : PreTokenizer
{
    public override string? Pattern => null;

    public override int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces)
    {
        pieces[0] = new Piece(position, text.Length);
        position = text.Length;
        return 1;
    }
}

/// <summary>Sets numbers apart, digit by digit or run by run (general category N).</summary>
internal sealed class DigitsPreTokenizer(bool individual) : PreTokenizer
{
    public bool Individual { get; } = individual;

    public override string? Pattern => null;

    public override int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces)
    {
        ref var start = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(text);
        var count = 0;
        while (position < text.Length && count < pieces.Length)
        {
            var isNumber = CharClasses.At(ref start, position, text.Length, out var length) == CharClass.Number;
            var end = position + length;
            while (end < text.Length && !(isNumber && Individual)
                && (CharClasses.At(ref start, end, text.Length, out length) == CharClass.Number) == isNumber)
                end += length;
            pieces[count++] = new Piece(position, end);
            position = end;
        }
        return count;
    }
}

/// <summary>Cuts the pieces of one pre-tokenizer by the next.</summary>
internal sealed class PreTokenizerSequence(PreTokenizer first, PreTokenizer second) : PreTokenizer
{
    private const int Block = 64;

    public PreTokenizer First { get; } = first;

    public PreTokenizer Second { get; } = second;

    public override string? Pattern => null;

    public override bool CanCutBeforeSpace => First.CanCutBeforeSpace || Second.CanCutBeforeSpace;

    public override int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces)
    {
        // Whole outer pieces only, and never more of them than fit if each gives one piece; an outer piece that
        // gives more than fit is cut again at the next call, from where this one stops: the rules look ahead, not back.
        Span<Piece> outer = stackalloc Piece[Block];
        var count = 0;
        var outerCount = First.Split(text, ref position, outer[..Math.Min(Block, pieces.Length)]);
        for (var i = 0; i < outerCount; i++)
        {
            var slice = text[outer[i].Start..outer[i].End];
            var inner = 0;
            while (inner < slice.Length)
            {
                if (count == pieces.Length)
                {
                    position = outer[i].Start + inner;
                    return count;
                }
                var from = count;
                count += Second.Split(slice, ref inner, pieces[count..]);
                for (var k = from; k < count; k++)
                    pieces[k] = new Piece(pieces[k].Start + outer[i].Start, pieces[k].End + outer[i].Start);
            }
        }
        return count;
    }
}
