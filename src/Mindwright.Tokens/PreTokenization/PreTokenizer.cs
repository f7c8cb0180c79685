using System.Runtime.InteropServices;

namespace Mindwright.Tokens.PreTokenization;

/// <summary>A stretch of text that merges never cross, as byte positions.</summary>
internal readonly record struct Piece(int Start, int End);

/// <summary>Cuts text into pieces. Stateless: any thread may use it.</summary>
internal abstract class PreTokenizer
{
    /// <summary>The pre-tokenizer of a pattern given by name or by text.</summary>
    /// <exception cref="NotSupportedException">The pattern is not supported.</exception>
    public static PreTokenizer FromPattern(string nameOrText) =>
        KnownPatterns.Find(nameOrText)
        ?? throw new NotSupportedException($"the pre-tokenization pattern '{nameOrText}' is not known; known by name are {string.Join(", ", KnownPatterns.ByName.Keys)}");

    /// <summary>The pattern as tokenizer files write it, or null for a pre-tokenizer that is no pattern.</summary>
    public abstract string? Pattern { get; }

    /// <summary>
    /// Cuts the next pieces off: as many as <paramref name="pieces"/> holds, or up to the end of the text.
    /// </summary>
    /// <param name="text">The whole text, UTF-8.</param>
    /// <param name="position">Where to continue; moved past what was cut.</param>
    /// <param name="pieces">Receives the pieces.</param>
    /// <returns>The number of pieces.</returns>
    public abstract int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces);

    /// <summary>
    /// Whether a text may be cut before an ASCII space that follows an ASCII letter, and the parts be split apart from each other.
    /// </summary>
    public virtual bool CanCutBeforeSpace => false;
}

/// <summary>The rule of one pattern: where the piece ends that starts at a position.</summary>
internal interface IPieceRule
{
    static abstract string Pattern { get; }

    static abstract int End(ref byte text, int position, int end);
}

/// <summary>The pre-tokenizer of a known pattern, compiled for its rule.</summary>
internal sealed class PatternPreTokenizer<TRule> : PreTokenizer
    where TRule : struct, IPieceRule
{
    public override string Pattern => TRule.Pattern;

    // Every known pattern ends a piece at a letter that a space follows, and none looks back.
    public override bool CanCutBeforeSpace => true;

    public override int Split(ReadOnlySpan<byte> text, ref int position, Span<Piece> pieces)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var at = position;
        var count = 0;
        while (at < text.Length && count < pieces.Length)
        {
            var end = TRule.End(ref start, at, text.Length);
            pieces[count++] = new Piece(at, end);
            at = end;
        }
        position = at;
        return count;
    }
}
