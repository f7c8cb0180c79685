using Mindwright.Data.BuiltIn;

namespace Mindwright.Data;

/// <summary>A named source of documents.</summary>
/// <param name="Name">Its name in the report and in the mixture.</param>
/// <param name="Paths">Files, folders and globs; none for a built-in text.</param>
public sealed record DataSource(string Name, IReadOnlyList<string> Paths)
{
    /// <summary>The built-in text, for a source without files.</summary>
    public BuiltInCorpus? BuiltIn { get; init; }

    /// <summary>How its files are read; <see cref="DataBuildOptions.SkipBadInput"/> decides about bad input.</summary>
    public ReadOptions Read { get; init; } = new();

    /// <summary>Its share of the rows in training, relative to the other sources; null: in proportion to its tokens.</summary>
    public double? Weight { get; init; }

    /// <summary>How many epochs training may read it; null: without limit.</summary>
    public double? Epochs { get; init; }

    /// <summary>Its documents before any filter, always in the same order.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist, or matches no file.</exception>
    /// <exception cref="InvalidDataException">Bad input that is not to be skipped, or no document at all.</exception>
    public IEnumerable<Document> Documents(CancellationToken cancellation = default) =>
        BuiltIn?.Read(cancellation) ?? Corpus.Read(Paths, Read, cancellation);
}

/// <summary>What <see cref="DataBuild.Run"/> builds.</summary>
public sealed record DataBuildOptions
{
    /// <summary>The folder to create; it must not exist.</summary>
    public required string Output { get; init; }

    /// <summary>The sources, in the order in which they are read.</summary>
    public required IReadOnlyList<DataSource> Sources { get; init; }

    /// <summary>Which documents are kept, and what is changed in them.</summary>
    public FilterOptions Filters { get; init; } = new();

    /// <summary>The added token that ends every document; null takes the tokenizer's own end of text.</summary>
    public string? BoundaryToken { get; init; }

    /// <summary>Whether bad input is counted and skipped; otherwise it ends the build.</summary>
    public bool SkipBadInput { get; init; }

    /// <summary>
    /// Share of the documents, 0 to below 1, that gets the tag <see cref="Manifest.HeldOutTag"/> (<see cref="HeldOutDocuments"/>): for evaluation,
    /// not for training.
    /// </summary>
    public double HeldOut { get; init; }

    /// <summary>Renders the report as HTML, written to <see cref="DataBuild.HtmlFile"/>; null for none.</summary>
    public Func<FilterReport, string>? RenderPage { get; init; }

    /// <summary>Tokens after which a new shard begins.</summary>
    public long ShardTokens { get; init; } = ShardWriter.DefaultShardTokens;

    /// <summary>Number of threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Characters read between two checkpoints.</summary>
    public long CheckpointCharacters { get; init; } = 64L << 20;

    /// <summary>Characters of one task of a thread.</summary>
    internal int ChunkCharacters { get; init; } = 1 << 18;
}

/// <summary>The progress of a build.</summary>
/// <param name="Source">The source being read.</param>
/// <param name="BytesRead">Bytes of the input files read, in all sources.</param>
/// <param name="BytesTotal">Bytes of all input files.</param>
/// <param name="Documents">Documents read.</param>
/// <param name="Kept">Documents kept.</param>
/// <param name="Tokens">Tokens written.</param>
/// <param name="Elapsed">Time since this run began.</param>
public sealed record DataBuildProgress(
    string Source, long BytesRead, long BytesTotal, long Documents, long Kept, long Tokens, TimeSpan Elapsed);
