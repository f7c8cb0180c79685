using System.ComponentModel.DataAnnotations;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages.Sft;

/// <summary>Fine-tuning on conversations.</summary>
[FormerKey("row", "sequence_length")]
[FormerKey("doc_conversations", "a source: [[sft.sources]] built_in = \"api_reference\", count = N", ZeroMeansAbsent = true)]
[FormerKey("small_talk", "a source: [[sft.sources]] built_in = \"small_talk\", count = N", ZeroMeansAbsent = true)]
[FormerKey("world", "a source: [[sft.sources]] built_in = \"world\", count = N", ZeroMeansAbsent = true)]
[FormerKey("compare_problems", "a source: [[sft.sources]] built_in = \"compare\", count = N", ZeroMeansAbsent = true)]
[FormerKey("multiply_problems", "a source: [[sft.sources]] built_in = \"multiply\", count = N", ZeroMeansAbsent = true)]
public sealed record SftSection : StageSection
{
    /// <summary>Conversations of one's own: JSON files, folders or globs, in the OpenAI messages format or ShareGPT's. One source more.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Where conversations come from, beside <see cref="Paths"/>.</summary>
    public IReadOnlyList<ConversationSourceSection> Sources { get; init; } = [];

    /// <summary>Rows of packed conversations of a step.</summary>
    [Range(1, 1_000_000)]
    public int Batch { get; init; } = 16;

    /// <summary>Rows that go through the model at once.</summary>
    [Range(1, 1_000_000)]
    public int MicroBatch { get; init; } = 16;

    /// <summary>Tokens of a row.</summary>
    [Range(16, 1_000_000)]
    public int SequenceLength { get; init; } = 256;

    /// <summary>All sources: the paths are the first, where there are any.</summary>
    internal IReadOnlyList<ConversationSourceSection> AllSources =>
        Paths.Count == 0 ? Sources : [new ConversationSourceSection { Paths = Paths }, .. Sources];
}

/// <summary>A source of conversations: files of one's own, or a built-in generator.</summary>
public sealed record ConversationSourceSection : IValidatableObject
{
    /// <summary>Files, folders or globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A built-in generator instead of files.</summary>
    public BuiltInConversations? BuiltIn { get; init; }

    /// <summary>How many conversations the generator makes.</summary>
    [Range(0, 10_000_000)]
    public int Count { get; init; } = 1000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Paths.Count > 0 == BuiltIn is not null)
            yield return new ValidationResult("a source has either paths or built_in", [nameof(Paths)]);
    }
}
