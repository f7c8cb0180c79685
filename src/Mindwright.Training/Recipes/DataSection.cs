using System.ComponentModel.DataAnnotations;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;

namespace Mindwright.Training.Recipes;

/// <summary>What kind of text a run learns from.</summary>
public enum TextKind
{
    /// <summary>Documents: the files that <see cref="DataSection.Paths"/> names, the sources, or both.</summary>
    Text,

    /// <summary>All sums modulo <see cref="DataSection.Modulus"/>, of which only the answers count.</summary>
    ModularAddition,
}

/// <summary>The text that is learned.</summary>
[FormerKey("members", "a source: [[data.sources]] built_in = \"api_reference\", documents = N", ZeroMeansAbsent = true)]
[FormerKey("world_documents", "a source: [[data.sources]] built_in = \"world\", documents = N", ZeroMeansAbsent = true)]
[FormerKey("compare_documents", "a source: [[data.sources]] built_in = \"compare\", documents = N", ZeroMeansAbsent = true)]
[FormerKey("multiply_documents", "a source: [[data.sources]] built_in = \"multiply\", documents = N", ZeroMeansAbsent = true)]
[FormerKey("source", "kind")]
public sealed record DataSection
{
    /// <summary>What kind of text it is.</summary>
    public TextKind Kind { get; init; } = TextKind.Text;

    /// <summary>Of the sums, if they are what is learned.</summary>
    [Range(2, 1000)]
    public int Modulus { get; init; } = 97;

    /// <summary>
    /// Files, folders or globs of the user's own, or one folder that <c>mindwright data build</c> made. One source more, before the others. With
    /// neither paths nor sources the text is the built-in corpus (the SDK's API reference).
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Where documents come from, beside <see cref="Paths"/>.</summary>
    public IReadOnlyList<TextSourceSection> Sources { get; init; } = [];

    /// <summary>Tags of a built folder whose documents are not learned.</summary>
    public IReadOnlyList<string> WithoutTags { get; init; } = [];

    /// <summary>Share of the user's documents that is kept for measuring.</summary>
    [Range(0.001, 0.99)]
    public double HeldOut { get; init; } = 0.02;

    /// <summary>What is read when: texts in their order, each for a share of the steps. Empty reads all of the text all the time.</summary>
    public IReadOnlyList<PhaseSection> Phases { get; init; } = [];

    /// <summary>All sources: the paths are the first, where there are any; the built-in corpus where there is nothing.</summary>
    internal IReadOnlyList<TextSourceSection> AllSources => (Paths, Sources) switch
    {
        ([], []) => [new TextSourceSection { BuiltIn = BuiltInText.ApiReference }],
        ([], _) => Sources,
        _ => [new TextSourceSection { Paths = Paths }, .. Sources],
    };
}

/// <summary>A source of documents: files of one's own, or a built-in text.</summary>
public sealed record TextSourceSection : IValidatableObject
{
    /// <summary>Files, folders or globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A built-in text instead of files.</summary>
    public BuiltInText? BuiltIn { get; init; }

    /// <summary>Documents of the built-in text; 0 takes all members of the API reference.</summary>
    [Range(0, 10_000_000)]
    public int Documents { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Paths.Count > 0 == BuiltIn is not null)
            yield return new ValidationResult("a source has either paths or built_in", [nameof(Paths)]);
        if (BuiltIn is not (null or BuiltInText.ApiReference) && Documents == 0)
            yield return new ValidationResult("say how many documents of it to make", [nameof(Documents)]);
    }
}

/// <summary>What is read during a part of pre-training; without paths and texts, the run's own text.</summary>
public sealed record PhaseSection
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its share of the steps, relative to the other phases'.</summary>
    [Range(1e-6, 1e6)]
    public double Share { get; init; } = 1;

    /// <summary>Files, folders or globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Documents, word for word; repeated as often as there is room.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];
}
