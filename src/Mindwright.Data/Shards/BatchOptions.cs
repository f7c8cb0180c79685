namespace Mindwright.Data;

/// <summary>The batches of a <see cref="BatchLoader"/>.</summary>
public sealed record BatchOptions
{
    /// <summary>Rows of a batch.</summary>
    public required int Rows { get; init; }

    /// <summary>Positions of a row, in tokens.</summary>
    public required int Length { get; init; }

    /// <summary>Determines the order of the documents, which differs from epoch to epoch.</summary>
    public required int Seed { get; init; }

    /// <summary>Documents with one of these tags are left out.</summary>
    public IReadOnlyList<string> WithoutTags { get; init; } = [];

    /// <summary>Rows that are packed together: more of them leave less padding, and delay the first batch.</summary>
    public int PackedRows { get; init; } = 1024;

    /// <summary>Batches that are prepared ahead, on another thread.</summary>
    public int Prefetch { get; init; } = 2;
}

/// <summary>The position of a loader in one source.</summary>
/// <param name="Epoch">Complete epochs.</param>
/// <param name="Document">Documents of this epoch that were packed before the current window of rows.</param>
/// <param name="Row">Rows of the current window that were returned.</param>
/// <param name="Rows">Rows returned in all.</param>
public sealed record SourceCursor(int Epoch, long Document, int Row, long Rows);

/// <summary>The position of training in the data; serializes to JSON.</summary>
/// <param name="Data">Fingerprint of the data and options it belongs to.</param>
/// <param name="Sources">The position in each source.</param>
public sealed record BatchCursor(string Data, IReadOnlyList<SourceCursor> Sources);
