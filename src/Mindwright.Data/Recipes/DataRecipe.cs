using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Mindwright.Data;
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

/// <summary>Everything that can be set about making a folder of tokens from text. Every key is documented in <c>recipes/data.toml</c>.</summary>
[FormerKey("sieve", "filters")]
public sealed record DataRecipe : IValidatableObject
{
    /// <summary>Decides the built-in texts that are generated.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Threads; they change the time and nothing else. 0 takes one a core.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>What to do with an input that cannot be read.</summary>
    public BadInputChoice BadInput { get; init; } = BadInputChoice.Stop;

    /// <summary>Share of the documents that is tagged <c>held_out</c>: to be measured on, not trained on.</summary>
    [Range(0, 0.5)]
    public double HeldOut { get; init; } = 0.01;

    /// <summary>Tokens after which a new shard begins.</summary>
    [Range(1, 1L << 31)]
    public long ShardTokens { get; init; } = ShardWriter.DefaultShardTokens;

    /// <summary>The vocabulary.</summary>
    public BuildTokenizerSection Tokenizer { get; init; } = new();

    /// <summary>What is kept.</summary>
    public FilterSection Filters { get; init; } = new();

    /// <summary>The named parts of the data.</summary>
    public IReadOnlyList<SourceSection> Sources { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A source without a weight counts by its tokens: millions of times as much as one of weight 2.
        var open = Sources.Index().FirstOrDefault(source => source.Item.Weight is null);
        if (open.Item is not null && Sources.FirstOrDefault(source => source.Weight is not null) is { } weighted)
        {
            yield return new ValidationResult(
                $"source {open.Item.Name} has no weight, and {weighted.Name} has one: give every source a weight, or none (then each counts by its tokens)",
                [string.Create(CultureInfo.InvariantCulture, $"{nameof(Sources)}[{open.Index}]")]);
        }
    }
}

/// <summary>The vocabulary of a build: one that there is, or one learned from the sources.</summary>
public sealed record BuildTokenizerSection
{
    /// <summary>A tokenizer's file or folder; null learns one.</summary>
    public string? Path { get; init; }

    /// <summary>The added token that ends every document; null takes the tokenizer's own end of text.</summary>
    public string? Boundary { get; init; }

    /// <summary>Ids of a vocabulary that is learned: 256 bytes, merges, special tokens.</summary>
    [Range(300, 1_000_000)]
    public int Vocabulary { get; init; } = 4096;

    /// <summary>How text is cut before merging, where a vocabulary is learned.</summary>
    public string Pattern { get; init; } = "qwen2";

    /// <summary>Megabytes of text that it is learned from, spread over the sources.</summary>
    [Range(1, 1_000_000)]
    public int Megabytes { get; init; } = 100;
}

/// <summary>A named part of the data.</summary>
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

    /// <summary>Share of the rows in training, relative to the other sources; null for all: each by its tokens.</summary>
    [Range(0, 1e12)]
    public double? Weight { get; init; }

    /// <summary>How often training may read it; null: without end.</summary>
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
