namespace Mindwright.Data;

/// <summary>A limit to a signal; a document outside of it is dropped, under the rule's name.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Signal">The measured signal.</param>
/// <param name="Min">The least value that is kept; null for none.</param>
/// <param name="Max">The greatest value that is kept; null for none.</param>
public sealed record Rule(string Name, Signal Signal, double? Min = null, double? Max = null)
{
    /// <summary>Whether a document stays. A document whose signal is NaN is kept: the signal means nothing for it.</summary>
    public bool Keeps(Signals signals) => !(signals[Signal] < Min) && !(signals[Signal] > Max);
}

/// <summary>Published rules for web text. They drop most text that is not prose: do not use them on code or tables.</summary>
public static class RuleSets
{
    /// <summary>The quality filter of Rae et al. 2021 ("Gopher", arXiv:2112.11446, A.1.1).</summary>
    public static IReadOnlyList<Rule> GopherQuality { get; } =
    [
        new("gopher_words", Signal.Words, 50, 100_000),
        new("gopher_mean_word_length", Signal.MeanWordLength, 3, 10),
        new("gopher_symbols_per_word", Signal.SymbolsPerWord, Max: 0.1),
        new("gopher_bullet_lines", Signal.BulletLines, Max: 0.9),
        new("gopher_ellipsis_lines", Signal.EllipsisLines, Max: 0.3),
        new("gopher_alphabetic_words", Signal.AlphabeticWords, 0.8),
        new("gopher_stop_words", Signal.StopWords, 2),
    ];

    /// <summary>The repetition filter of the same paper, table A1.</summary>
    public static IReadOnlyList<Rule> GopherRepetition { get; } =
    [
        new("gopher_duplicate_lines", Signal.DuplicateLines, Max: 0.30),
        new("gopher_duplicate_paragraphs", Signal.DuplicateParagraphs, Max: 0.30),
        new("gopher_duplicate_line_characters", Signal.DuplicateLineCharacters, Max: 0.20),
        new("gopher_duplicate_paragraph_characters", Signal.DuplicateParagraphCharacters, Max: 0.20),
        new("gopher_top_2_gram", Signal.Top2Gram, Max: 0.20),
        new("gopher_top_3_gram", Signal.Top3Gram, Max: 0.18),
        new("gopher_top_4_gram", Signal.Top4Gram, Max: 0.16),
        new("gopher_duplicate_5_grams", Signal.Duplicate5Grams, Max: 0.15),
        new("gopher_duplicate_6_grams", Signal.Duplicate6Grams, Max: 0.14),
        new("gopher_duplicate_7_grams", Signal.Duplicate7Grams, Max: 0.13),
        new("gopher_duplicate_8_grams", Signal.Duplicate8Grams, Max: 0.12),
        new("gopher_duplicate_9_grams", Signal.Duplicate9Grams, Max: 0.11),
        new("gopher_duplicate_10_grams", Signal.Duplicate10Grams, Max: 0.10),
    ];

    /// <summary>
    /// The page rules of Raffel et al. 2020 ("C4", arXiv:1910.10683, 2.2): no placeholder text, no code, some sentences. Its
    /// line rules are <see cref="FilterOptions.DropBoilerplateLines"/>; its list of bad words is not used, since harmful
    /// topics are tagged instead.
    /// </summary>
    public static IReadOnlyList<Rule> C4 { get; } =
    [
        new("c4_lorem_ipsum", Signal.LoremIpsum, Max: 0),
        new("c4_curly_brackets", Signal.CurlyBrackets, Max: 0),
        new("c4_sentences", Signal.Sentences, 5),
    ];

    /// <summary>The rules that Penedo et al. 2024 ("FineWeb", arXiv:2406.17557, 3.6) found to help.</summary>
    public static IReadOnlyList<Rule> FineWeb { get; } =
    [
        new("fineweb_punctuated_lines", Signal.PunctuatedLines, 0.12),
        new("fineweb_duplicate_line_characters", Signal.DuplicateLineCharacters, Max: 0.10),
        new("fineweb_short_lines", Signal.ShortLines, Max: 0.67),
    ];

    /// <summary>Drops texts that a decoder has damaged.</summary>
    public static IReadOnlyList<Rule> Decoded { get; } = [new("undecodable", Signal.ReplacementCharacters, Max: 0.01)];

    /// <summary>The rule sets by the names that recipes and the command line use.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Rule>> ByName { get; } = new SortedDictionary<string, IReadOnlyList<Rule>>(StringComparer.Ordinal)
    {
        ["decoded"] = Decoded,
        ["gopher"] = [.. GopherQuality, .. GopherRepetition],
        ["c4"] = C4,
        ["fineweb"] = FineWeb,
    };
}
