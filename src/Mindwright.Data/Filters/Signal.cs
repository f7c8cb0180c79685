namespace Mindwright.Data;

/// <summary>A number that is measured on every document, and that rules set limits to.</summary>
/// <remarks>
/// The signals of words, symbols and stop words are those of Rae et al. 2021 ("Gopher", arXiv:2112.11446, A.1.1), those of
/// repetition of its table A1, those of lines of Penedo et al. 2024 ("FineWeb", arXiv:2406.17557) and Raffel et al. 2020
/// ("C4", arXiv:1910.10683). A signal that means nothing for a text is NaN, and NaN breaks no rule.
/// </remarks>
public enum Signal
{
    /// <summary>Characters (UTF-16 units).</summary>
    Characters,

    /// <summary>Words: what white space separates, with at least one letter or digit.</summary>
    Words,

    /// <summary>Characters of an average word; NaN for scripts that do not separate words.</summary>
    MeanWordLength,

    /// <summary>The more frequent of hash signs and ellipses, in proportion to the words.</summary>
    SymbolsPerWord,

    /// <summary>Fraction of lines that begin with a bullet.</summary>
    BulletLines,

    /// <summary>Fraction of lines that end in an ellipsis.</summary>
    EllipsisLines,

    /// <summary>Fraction of words with at least one letter.</summary>
    AlphabeticWords,

    /// <summary>How many of <i>the, be, to, of, and, that, have, with</i> occur; NaN where the text is not English.</summary>
    StopWords,

    /// <summary>Fraction of lines that have occurred before.</summary>
    DuplicateLines,

    /// <summary>Fraction of characters in such lines.</summary>
    DuplicateLineCharacters,

    /// <summary>Fraction of paragraphs that have occurred before.</summary>
    DuplicateParagraphs,

    /// <summary>Fraction of characters in such paragraphs.</summary>
    DuplicateParagraphCharacters,

    /// <summary>Fraction of characters in the most frequent 2-gram of words.</summary>
    Top2Gram,

    /// <summary>Fraction of characters in the most frequent 3-gram of words.</summary>
    Top3Gram,

    /// <summary>Fraction of characters in the most frequent 4-gram of words.</summary>
    Top4Gram,

    /// <summary>Fraction of characters in repeated 5-grams of words.</summary>
    Duplicate5Grams,

    /// <summary>Fraction of characters in repeated 6-grams of words.</summary>
    Duplicate6Grams,

    /// <summary>Fraction of characters in repeated 7-grams of words.</summary>
    Duplicate7Grams,

    /// <summary>Fraction of characters in repeated 8-grams of words.</summary>
    Duplicate8Grams,

    /// <summary>Fraction of characters in repeated 9-grams of words.</summary>
    Duplicate9Grams,

    /// <summary>Fraction of characters in repeated 10-grams of words.</summary>
    Duplicate10Grams,

    /// <summary>Fraction of lines that end in a full stop, question mark, exclamation mark or closing quote.</summary>
    PunctuatedLines,

    /// <summary>Fraction of lines shorter than 30 characters.</summary>
    ShortLines,

    /// <summary>Sentences, counted by the marks that end them.</summary>
    Sentences,

    /// <summary>Curly brackets: a mark of code, not of prose.</summary>
    CurlyBrackets,

    /// <summary>Occurrences of "lorem ipsum".</summary>
    LoremIpsum,

    /// <summary>Fraction of characters that a decoder has replaced by U+FFFD.</summary>
    ReplacementCharacters,

    /// <summary>Confidence of the language, 0 to 1.</summary>
    LanguageConfidence,

    /// <summary>The quality classifier's probability, 0 to 1; NaN where none is used.</summary>
    Quality,
}

/// <summary>Signals that are measured together.</summary>
[Flags]
internal enum SignalGroups
{
    None = 0,
    Characters = 1,
    Words = 2,
    Lines = 4,
    Paragraphs = 8,
    NGrams = 16,
    All = Characters | Words | Lines | Paragraphs | NGrams,
}

/// <summary>The signals of one document.</summary>
public sealed class Signals
{
    private readonly double[] _values = new double[(int)Signal.Quality + 1];

    internal Signals() => _values.AsSpan().Fill(double.NaN);

    /// <summary>The value of a signal; NaN where it means nothing for the text, or no rule uses it.</summary>
    public double this[Signal signal]
    {
        get => _values[(int)signal];
        internal set => _values[(int)signal] = value;
    }
}

/// <summary>What is measured together with a signal.</summary>
internal static class SignalGroup
{
    public static SignalGroups Of(Signal signal) => signal switch
    {
        Signal.Characters or Signal.ReplacementCharacters or Signal.CurlyBrackets or Signal.LoremIpsum => SignalGroups.Characters,
        Signal.Words or Signal.MeanWordLength or Signal.SymbolsPerWord or Signal.AlphabeticWords or Signal.StopWords => SignalGroups.Words,
        Signal.DuplicateParagraphs or Signal.DuplicateParagraphCharacters => SignalGroups.Paragraphs,
        >= Signal.Top2Gram and <= Signal.Duplicate10Grams => SignalGroups.NGrams,
        Signal.LanguageConfidence or Signal.Quality => SignalGroups.None,
        _ => SignalGroups.Lines,
    };
}
