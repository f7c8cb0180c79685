namespace Mindwright.Tokens.Normalization;

/// <summary>Changes text before it is cut into pieces, as a tokenizer's file requires.</summary>
internal abstract class Normalizer
{
    /// <summary>Normalizes text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="atStart">Whether it is the start of what is encoded, and not what follows an added token.</param>
    /// <returns>The text normalized, or null where it is so already.</returns>
    public abstract byte[]? Apply(ReadOnlySpan<byte> text, bool atStart);
}

/// <summary>Several normalizers, one after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public IReadOnlyList<Normalizer> Steps { get; } = steps;

    public override byte[]? Apply(ReadOnlySpan<byte> text, bool atStart)
    {
        byte[]? changed = null;
        foreach (var step in Steps)
            changed = step.Apply(changed ?? text, atStart) ?? changed;
        return changed;
    }
}

/// <summary>Puts something before a text, unless the text is empty.</summary>
internal sealed class PrependNormalizer(byte[] prefix) : Normalizer
{
    public byte[] Prefix { get; } = prefix;

    public override byte[]? Apply(ReadOnlySpan<byte> text, bool atStart) => text.IsEmpty ? null : [.. Prefix, .. text];
}

/// <summary>Puts a space, or its replacement, before a text that does not begin with it.</summary>
/// <param name="space">The space.</param>
/// <param name="onlyAtStart">Whether text after an added token is left alone.</param>
internal sealed class LeadingSpaceNormalizer(byte[] space, bool onlyAtStart = false) : Normalizer
{
    public byte[] Space { get; } = space;

    public override byte[]? Apply(ReadOnlySpan<byte> text, bool atStart) => text.IsEmpty || text.StartsWith(Space) || (onlyAtStart && !atStart) ? null : [.. Space, .. text];
}

/// <summary>Replaces every occurrence of a string.</summary>
internal sealed class ReplaceNormalizer(byte[] pattern, byte[] content) : Normalizer
{
    public byte[] Pattern { get; } = pattern;

    public byte[] Content { get; } = content;

    public override byte[]? Apply(ReadOnlySpan<byte> text, bool atStart)
    {
        var count = text.Count(Pattern);
        if (count == 0)
            return null;
        var result = new byte[text.Length + count * (Content.Length - Pattern.Length)];
        var at = 0;
        while (text.IndexOf(Pattern) is >= 0 and var found)
        {
            text[..found].CopyTo(result.AsSpan(at));
            Content.CopyTo(result, at + found);
            at += found + Content.Length;
            text = text[(found + Pattern.Length)..];
        }
        text.CopyTo(result.AsSpan(at));
        return result;
    }
}

/// <summary>Unicode normalization form C or KC.</summary>
internal sealed class UnicodeNormalizer(bool compatibility) : Normalizer
{
    public bool Compatibility { get; } = compatibility;

    public override byte[]? Apply(ReadOnlySpan<byte> text, bool atStart) => UnicodeNormalization.Compose(text, Compatibility);
}
