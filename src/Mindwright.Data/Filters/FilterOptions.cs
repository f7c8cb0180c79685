namespace Mindwright.Data;

/// <summary>What the sieve does. The defaults suit any text: only copies and undecodable texts are dropped.</summary>
public sealed record FilterOptions
{
    /// <summary>A sieve that changes and drops nothing.</summary>
    public static FilterOptions Off { get; } = new()
    {
        RepairEncoding = false,
        Rules = [],
        DropExactDuplicates = false,
        NearDuplicateThreshold = null,
        Mask = PersonalDataKinds.None,
        TagTerms = new Dictionary<string, IReadOnlyList<string>>(),
    };

    /// <summary>Whether texts that were decoded wrongly are put right (<see cref="TextRepair"/>).</summary>
    public bool RepairEncoding { get; init; } = true;

    /// <summary>Whether lines that belong to a web page and not to its text are removed: the line rules of C4.</summary>
    public bool DropBoilerplateLines { get; init; }

    /// <summary>Languages that are kept, ISO 639-1; empty keeps all.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Limits to signals, in the order in which they are tried; see <see cref="RuleSets"/>.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = RuleSets.Decoded;

    /// <summary>Whether a text that has occurred before, character for character, is dropped.</summary>
    public bool DropExactDuplicates { get; init; } = true;

    /// <summary>
    /// The estimated Jaccard similarity, over shingles of five words, from which on a text counts as a copy of an earlier
    /// one; null keeps near duplicates.
    /// </summary>
    public double? NearDuplicateThreshold { get; init; } = 0.7;

    /// <summary>Personal data that is masked.</summary>
    public PersonalDataKinds Mask { get; init; } = PersonalDataKinds.Usual;

    /// <summary>Tags by the terms that stand for them; a tagged text is kept.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TagTerms { get; init; } = HarmTagger.DefaultTerms;

    /// <summary>Tags whose texts are dropped, under <c>tag_…</c>, and not only tagged.</summary>
    public IReadOnlyList<string> DropTags { get; init; } = [];

    /// <summary>
    /// Files of labeled texts (JSON Lines with <c>text</c> and <c>label</c> 0 or 1) from which a quality classifier is
    /// trained; empty for none. A rule over <see cref="Signal.Quality"/> makes use of it.
    /// </summary>
    public IReadOnlyList<string> QualityExamples { get; init; } = [];

    /// <summary>Evaluation sets of which no text may hold a part.</summary>
    public IReadOnlyList<EvaluationSet> EvaluationSets { get; init; } = [];

    /// <summary>Words that a text may not have in a row with an evaluation set; at least 8.</summary>
    public int EvaluationWords { get; init; } = 13;
}
