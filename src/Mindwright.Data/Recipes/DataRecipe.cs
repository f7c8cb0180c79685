using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;

namespace Mindwright.Data.Recipes;

/// <summary>What to do with an input that cannot be read.</summary>
public enum BadInputChoice
{
    /// <summary>The build ends with the file and the position.</summary>
    Stop,

    /// <summary>It is left out and counted in the report.</summary>
    Skip,
}

/// <summary>The recipe of <c>data build</c>. Every key is documented in <c>recipes/data.toml</c>.</summary>
[FormerKey("sieve", "filters")]
public sealed record DataRecipe : IValidatableObject
{
    /// <summary>Seed of the built-in texts that are generated.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Number of threads, on which the result does not depend; 0 uses one per core.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>What to do with an input that cannot be read.</summary>
    public BadInputChoice BadInput { get; init; } = BadInputChoice.Stop;

    /// <summary>Share of the documents, 0 to 0.5, that is tagged <c>held_out</c>: for evaluation, not for training.</summary>
    [Range(0, 0.5)]
    public double HeldOut { get; init; } = 0.01;

    /// <summary>Tokens after which a new shard begins.</summary>
    [Range(1, 1L << 31)]
    public long ShardTokens { get; init; } = ShardWriter.DefaultShardTokens;

    /// <summary>The vocabulary.</summary>
    public BuildTokenizerSection Tokenizer { get; init; } = new();

    /// <summary>Which documents are kept, and what is changed in them.</summary>
    public FilterSection Filters { get; init; } = new();

    /// <summary>The sources, in the order in which they are read.</summary>
    public IReadOnlyList<SourceSection> Sources { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A source without a weight counts by its tokens, millions of times as much as one of weight 2.
        var open = Sources.Index().FirstOrDefault(source => source.Item.Weight is null);
        if (open.Item is not null && Sources.FirstOrDefault(source => source.Weight is not null) is { } weighted)
        {
            yield return new ValidationResult(
                $"source {open.Item.Name} has no weight, and {weighted.Name} has one: give every source a weight, or none (then each counts by its tokens)",
                [string.Create(CultureInfo.InvariantCulture, $"{nameof(Sources)}[{open.Index}]")]);
        }
    }
}

/// <summary>The vocabulary of a build: an existing one, or one trained on the sources.</summary>
public sealed record BuildTokenizerSection
{
    /// <summary>A tokenizer's file or folder; null trains one.</summary>
    public string? Path { get; init; }

    /// <summary>The added token that ends every document; null takes the tokenizer's own end of text.</summary>
    public string? Boundary { get; init; }

    /// <summary>Token ids of a trained vocabulary: 256 bytes, merges, special tokens.</summary>
    [Range(300, 1_000_000)]
    public int Vocabulary { get; init; } = 4096;

    /// <summary>How text is split before merging, where a vocabulary is trained.</summary>
    public string Pattern { get; init; } = "qwen2";

    /// <summary>Megabytes of text that it is trained on, the same from every source.</summary>
    [Range(1, 1_000_000)]
    public int Megabytes { get; init; } = 100;
}

/// <summary>A named source of documents.</summary>
public sealed record SourceSection : IValidatableObject
{
    /// <summary>The name in the report and the mixture.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Files, folders and globs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A built-in text instead of files.</summary>
    public BuiltInText? BuiltIn { get; init; }

    /// <summary>Documents of the built-in text; 0 takes all members of the API reference.</summary>
    [Range(0, 100_000_000)]
    public int Documents { get; init; }

    /// <summary>Share of the rows in training, relative to the other sources; null (then for all of them): in proportion to its tokens.</summary>
    [Range(0, 1e12)]
    public double? Weight { get; init; }

    /// <summary>How many epochs training may read it; null: without limit.</summary>
    [Range(0, 1e6)]
    public double? Epochs { get; init; }

    /// <summary>The column that holds the text; null: the first of text, content, messages, conversations.</summary>
    public string? TextColumn { get; init; }

    /// <summary>What separates the documents of a plain text file.</summary>
    [Required]
    public string Separator { get; init; } = new ReadOptions().Separator;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Paths.Count > 0 == BuiltIn is not null)
            yield return new ValidationResult("a source has either paths or built_in", [nameof(Paths)]);
        if (BuiltIn is not (null or BuiltInText.ApiReference) && Documents == 0)
            yield return new ValidationResult("say how many documents of it to make", [nameof(Documents)]);
    }
}
