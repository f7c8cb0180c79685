namespace Mindwright.Data;

/// <summary>What batches a <see cref="BatchLoader"/> gives.</summary>
public sealed record BatchOptions
{
    /// <summary>Rows of a batch.</summary>
    public required int Rows { get; init; }

    /// <summary>Positions of a row.</summary>
    public required int Length { get; init; }

    /// <summary>Decides the order of the documents, in every epoch another.</summary>
    public required int Seed { get; init; }

    /// <summary>Documents that bear one of these tags stay out.</summary>
    public IReadOnlyList<string> WithoutTags { get; init; } = [];

    /// <summary>Rows that are packed at a time: more fill the rows better and delay the first batch longer.</summary>
    public int PackedRows { get; init; } = 1024;

    /// <summary>Batches that are made ahead of need, on another thread.</summary>
    public int Prefetch { get; init; } = 2;
}

/// <summary>How far a loader has read one source.</summary>
/// <param name="Epoch">Full passes done.</param>
/// <param name="Document">Documents of this pass that were packed before the current window of rows.</param>
/// <param name="Row">Rows of the current window that were given out.</param>
/// <param name="Rows">Rows given out in all.</param>
public sealed record SourceCursor(int Epoch, long Document, int Row, long Rows);

/// <summary>The place in the data at which training stands; serializes to JSON.</summary>
/// <param name="Data">Which data and options it belongs to.</param>
/// <param name="Sources">The place in each source.</param>
public sealed record BatchCursor(string Data, IReadOnlyList<SourceCursor> Sources);
