namespace Mindwright.Data;

/// <summary>An input that could not be read.</summary>
/// <param name="Source">File and position.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record BadInput(string Source, string Problem);

/// <summary>How <see cref="Corpus.Read"/> reads.</summary>
public sealed record ReadOptions
{
    /// <summary>
    /// The column (JSON property, CSV header, Parquet or Arrow column) that holds the text or the list of messages;
    /// null takes the first present of <c>text</c>, <c>content</c>, <c>messages</c> and <c>conversations</c>.
    /// </summary>
    public string? TextColumn { get; init; }

    /// <summary>What separates the documents of a plain text or Markdown file; <c>"\n"</c> makes every line a document.</summary>
    public string Separator { get; init; } = "<|endoftext|>";

    /// <summary>
    /// Bytes above which a plain text without separator is split, at a blank line or else a line break, so that a text of any size
    /// streams.
    /// </summary>
    public int MaxTextBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of the longest line or record that is accepted.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Called for every bad input, which is then left out; null (the default) makes the first bad input an
    /// <see cref="InvalidDataException"/>.
    /// </summary>
    public Action<BadInput>? OnBadInput { get; init; }

    /// <summary>Receives after every document how many more bytes of the file on disk were read, for a progress display.</summary>
    internal Action<long>? OnBytes { get; init; }
}
