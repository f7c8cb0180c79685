namespace Mindwright.Data;

/// <summary>The rules of a <see cref="DocumentFilter"/>. The defaults suit any text: only duplicates and undecodable texts are dropped.</summary>
public sealed record FilterOptions
{
    /// <summary>Options that change and drop nothing.</summary>
    public static FilterOptions Off { get; } = new()
    {
        RepairEncoding = false,
        Rules = [],
        DropExactDuplicates = false,
        NearDuplicateThreshold = null,
        Mask = PersonalDataKinds.None,
        TagTerms = new Dictionary<string, IReadOnlyList<string>>(),
    };

    /// <summary>Whether texts that were decoded wrongly are repaired (<see cref="TextRepair"/>).</summary>
    public bool RepairEncoding { get; init; } = true;

    /// <summary>Whether navigation, cookie notices and other lines outside a web page's text are removed: the line rules of C4.</summary>
    public bool DropBoilerplateLines { get; init; }

    /// <summary>Languages that are kept, ISO 639-1; empty keeps all.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Limits to signals, in the order in which they are tried; see <see cref="RuleSets"/>.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = RuleSets.Decoded;

    /// <summary>Whether exact copies of an earlier text are dropped.</summary>
    public bool DropExactDuplicates { get; init; } = true;

    /// <summary>
    /// The estimated Jaccard similarity, over shingles of five words, above 0 and at most 1, from which a text counts as a near duplicate of an
    /// earlier one; null keeps near duplicates.
    /// </summary>
    public double? NearDuplicateThreshold { get; init; } = 0.7;

    /// <summary>Personal data that is masked.</summary>
    public PersonalDataKinds Mask { get; init; } = PersonalDataKinds.Usual;

    /// <summary>Terms of one to three words by the tag that they give to a text; tagged texts are kept.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TagTerms { get; init; } = HarmTagger.DefaultTerms;

    /// <summary>Tags whose texts are dropped, reported as <c>tag_…</c>.</summary>
    public IReadOnlyList<string> DropTags { get; init; } = [];

    /// <summary>
    /// Files of labeled texts (JSON Lines with <c>text</c> and <c>label</c> 0 or 1) from which a quality classifier is
    /// trained; empty for none. A rule with <see cref="Signal.Quality"/> uses it.
    /// </summary>
    public IReadOnlyList<string> QualityExamples { get; init; } = [];

    /// <summary>Evaluation sets that must not occur in the training text.</summary>
    public IReadOnlyList<EvaluationSet> EvaluationSets { get; init; } = [];

    /// <summary>Consecutive words that a text may not share with an evaluation set; at least 8.</summary>
    public int EvaluationWords { get; init; } = 13;
}
