namespace Mindwright.Data;

/// <summary>What <see cref="DatasetHub.GetAsync"/> fetches.</summary>
public sealed record DatasetRequest
{
    /// <summary>The dataset's name: <c>owner/name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Branch, tag or commit; what it points to is pinned in the result.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The files, as a glob over their paths in the dataset; null for all.</summary>
    public string? Files { get; init; }

    /// <summary>The folder for the files; created if absent.</summary>
    public required string Output { get; init; }
}

/// <summary>A downloaded file.</summary>
/// <param name="Path">Its path in the dataset, and below the output folder.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256, hexadecimal.</param>
public sealed record DatasetFile(string Path, long Bytes, string Sha256);

/// <summary>A downloaded dataset: <c>dataset.json</c> in the output folder.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Revision">The commit, which identifies the content for good.</param>
/// <param name="Files">The files.</param>
public sealed record DatasetDownload(string Name, string Revision, IReadOnlyList<DatasetFile> Files)
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "dataset.json";
}

/// <summary>The progress of a download.</summary>
/// <param name="File">The file being downloaded.</param>
/// <param name="BytesDone">Bytes of all files downloaded so far.</param>
/// <param name="BytesTotal">Bytes of all files; 0 if the hub does not say.</param>
public sealed record DatasetProgress(string File, long BytesDone, long BytesTotal);
