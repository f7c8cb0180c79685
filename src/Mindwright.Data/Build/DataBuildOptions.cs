using Mindwright.Data.BuiltIn;

namespace Mindwright.Data;

/// <summary>A named part of the data.</summary>
/// <param name="Name">The name in the report and in the mixture.</param>
/// <param name="Paths">Files, folders and globs; none for a built-in text.</param>
public sealed record DataSource(string Name, IReadOnlyList<string> Paths)
{
    /// <summary>The built-in text that it is, if it has no files.</summary>
    public BuiltInCorpus? BuiltIn { get; init; }

    /// <summary>How its files are read. Bad input is governed by <see cref="DataBuildOptions.SkipBadInput"/>.</summary>
    public ReadOptions Read { get; init; } = new();

    /// <summary>Its share of the rows in training; null: in proportion to its tokens.</summary>
    public double? Weight { get; init; }

    /// <summary>How often training may read it; null: without end.</summary>
    public double? Epochs { get; init; }

    /// <summary>Its documents as they are, before any filter, in an order that is always the same.</summary>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">Bad input, where it is not to be skipped; or no document at all.</exception>
    public IEnumerable<Document> Documents(CancellationToken cancellation = default) =>
        BuiltIn?.Read(cancellation) ?? Corpus.Read(Paths, Read, cancellation);
}

/// <summary>What <see cref="DataBuild.Run"/> builds.</summary>
public sealed record DataBuildOptions
{
    /// <summary>The folder to make; it must not exist.</summary>
    public required string Output { get; init; }

    /// <summary>What goes in, in this order.</summary>
    public required IReadOnlyList<DataSource> Sources { get; init; }

    /// <summary>What is kept.</summary>
    public FilterOptions Filters { get; init; } = new();

    /// <summary>The added token that ends every document; null takes the tokenizer's own end of text.</summary>
    public string? BoundaryToken { get; init; }

    /// <summary>Whether bad input is counted and skipped; else it ends the build.</summary>
    public bool SkipBadInput { get; init; }

    /// <summary>
    /// Share of the documents, by a hash of their text, that bears the tag <see cref="Manifest.HeldOutTag"/>: to be measured
    /// on, not trained on. 0 for none.
    /// </summary>
    public double HeldOut { get; init; }

    /// <summary>Makes a page for people of the report, which becomes <see cref="DataBuild.HtmlFile"/>; null for none.</summary>
    public Func<FilterReport, string>? RenderPage { get; init; }

    /// <summary>Tokens after which a new shard begins.</summary>
    public long ShardTokens { get; init; } = ShardWriter.DefaultShardTokens;

    /// <summary>Threads; they change the time that it takes and nothing else.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Characters read between two notes of how far the work has come.</summary>
    public long CheckpointCharacters { get; init; } = 64L << 20;

    /// <summary>Characters that make a task for a thread.</summary>
    internal int ChunkCharacters { get; init; } = 1 << 18;
}

/// <summary>How far a build has come.</summary>
/// <param name="Source">The source being read.</param>
/// <param name="BytesRead">Bytes of the input files read, in all sources.</param>
/// <param name="BytesTotal">Bytes of all input files.</param>
/// <param name="Documents">Documents read.</param>
/// <param name="Kept">Documents kept.</param>
/// <param name="Tokens">Tokens written.</param>
/// <param name="Elapsed">Time since this run began.</param>
public sealed record DataBuildProgress(
    string Source, long BytesRead, long BytesTotal, long Documents, long Kept, long Tokens, TimeSpan Elapsed);
