using System.ComponentModel.DataAnnotations;

namespace Mindwright.Data.Recipes;

/// <summary>The section <c>[filters]</c>: which documents are kept, and what is changed in them.</summary>
public sealed record FilterSection : IValidatableObject
{
    /// <summary>Whether texts that were decoded wrongly are repaired.</summary>
    public bool RepairEncoding { get; init; } = true;

    /// <summary>Whether navigation, cookie notices and other lines outside a web page's text are removed.</summary>
    public bool DropBoilerplateLines { get; init; }

    /// <summary>Languages that are kept, ISO 639-1; empty keeps all.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Published sets of rules, by name.</summary>
    public IReadOnlyList<string> RuleSets { get; init; } = ["decoded"];

    /// <summary>Own rules, and other limits for the rules of the sets.</summary>
    public IReadOnlyList<RuleSection> Rules { get; init; } = [];

    /// <summary>Whether exact copies of an earlier text are dropped.</summary>
    public bool DropExactDuplicates { get; init; } = true;

    /// <summary>Jaccard similarity, 0.3 to 1, from which a text counts as a near duplicate of an earlier one; null keeps near duplicates.</summary>
    [Range(0.3, 1.0)]
    public double? NearDuplicates { get; init; } = new FilterOptions().NearDuplicateThreshold;

    /// <summary>Personal data that is masked.</summary>
    public IReadOnlyList<PersonalDataKinds> Mask { get; init; } =
        [PersonalDataKinds.Email, PersonalDataKinds.Phone, PersonalDataKinds.Card, PersonalDataKinds.Ip, PersonalDataKinds.Key];

    /// <summary>Tags and their terms; empty takes the built-in lists.</summary>
    public IReadOnlyList<TagSection> Tags { get; init; } = [];

    /// <summary>Tags whose texts are dropped.</summary>
    public IReadOnlyList<string> DropTags { get; init; } = [];

    /// <summary>Files of labeled texts from which a quality classifier is trained; empty for none.</summary>
    public IReadOnlyList<string> QualityExamples { get; init; } = [];

    /// <summary>The lowest probability, 0 to 1, of the classifier that is kept.</summary>
    [Range(0, 1.0)]
    public double MinQuality { get; init; }

    /// <summary>Evaluation sets that must not occur in the training text.</summary>
    public IReadOnlyList<EvaluationSection> Evaluations { get; init; } = [];

    /// <summary>Consecutive words that a text may not share with an evaluation set.</summary>
    [Range(8, 100)]
    public int EvaluationWords { get; init; } = 13;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RuleSets.FirstOrDefault(name => !Data.RuleSets.ByName.ContainsKey(name)) is { } unknown)
            yield return new ValidationResult($"there is no rule set {unknown}; the rule sets are {string.Join(", ", Data.RuleSets.ByName.Keys)}", [nameof(RuleSets)]);
        else if (Rules.FirstOrDefault(rule => rule.Signal is null && !Published().Any(known => known.Name == rule.Name)) is { } rule)
            yield return new ValidationResult($"the rule {rule.Name} is in none of the rule_sets, so it needs a signal", [nameof(Rules)]);
        if (MinQuality > 0 && QualityExamples.Count == 0)
            yield return new ValidationResult("min_quality needs quality_examples to train the classifier", [nameof(MinQuality)]);
    }

    /// <summary>The options that this section describes.</summary>
    public FilterOptions ToOptions() => new()
    {
        RepairEncoding = RepairEncoding,
        DropBoilerplateLines = DropBoilerplateLines,
        Languages = Languages,
        Rules = [.. AllRules()],
        DropExactDuplicates = DropExactDuplicates,
        NearDuplicateThreshold = NearDuplicates,
        Mask = Mask.Aggregate(PersonalDataKinds.None, (all, kind) => all | kind),
        TagTerms = Tags.Count == 0 ? new FilterOptions().TagTerms : Tags.ToDictionary(tag => tag.Name, tag => tag.Terms),
        DropTags = DropTags,
        QualityExamples = QualityExamples,
        EvaluationSets = [.. Evaluations.Select(set => new EvaluationSet(set.Name, set.Paths))],
        EvaluationWords = EvaluationWords,
    };

    private IEnumerable<Rule> Published() => RuleSets.Distinct().SelectMany(name => Data.RuleSets.ByName[name]);

    /// <summary>The published rules, with the recipe's limits where it gives any; then its own rules, then that of quality.</summary>
    private IEnumerable<Rule> AllRules()
    {
        var own = Rules.ToList();
        foreach (var rule in Published())
        {
            if (own.Find(section => section.Name == rule.Name && section.Signal is null) is not { } other)
            {
                yield return rule;
                continue;
            }
            own.Remove(other);
            yield return rule with { Min = other.Min, Max = other.Max };
        }
        foreach (var rule in own)
            yield return new Rule(rule.Name, rule.Signal!.Value, rule.Min, rule.Max);
        if (MinQuality > 0)
            yield return new Rule("quality", Signal.Quality, MinQuality);
    }
}

/// <summary>A limit of a signal.</summary>
public sealed record RuleSection
{
    /// <summary>The name in the report; the name of a published rule replaces its limits.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The signal; not given for a published rule.</summary>
    public Signal? Signal { get; init; }

    /// <summary>The lowest value that is kept; null for no limit.</summary>
    public double? Min { get; init; }

    /// <summary>The highest value that is kept; null for no limit.</summary>
    public double? Max { get; init; }
}

/// <summary>A tag and its terms.</summary>
public sealed record TagSection
{
    /// <summary>The tag.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Terms of one to three words.</summary>
    public IReadOnlyList<string> Terms { get; init; } = [];
}

/// <summary>An evaluation set.</summary>
public sealed record EvaluationSection
{
    /// <summary>The name in the report.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its files, folders and globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
}
