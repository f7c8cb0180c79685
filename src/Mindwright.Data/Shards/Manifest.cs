using System.Text.Json.Serialization;
using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>One shard: a file of tokens and a file of document ends.</summary>
/// <param name="Source">The named source whose documents it holds.</param>
/// <param name="TokensFile">Little-endian <c>uint16</c> or <c>uint32</c> ids, nothing else.</param>
/// <param name="DocumentsFile">For each document the <c>uint32</c> index after its last token, and its <c>uint32</c> set of tags.</param>
/// <param name="Tokens">Tokens, boundaries included.</param>
/// <param name="Documents">Documents.</param>
/// <param name="TokensSha256">Hash of the tokens file, hexadecimal.</param>
/// <param name="DocumentsSha256">Hash of the documents file, hexadecimal.</param>
public sealed record ShardInfo(
    string Source, string TokensFile, string DocumentsFile, long Tokens, int Documents, string TokensSha256, string DocumentsSha256);

/// <summary>An input file.</summary>
/// <param name="Source">The named source to which it belongs.</param>
/// <param name="Path">Its path, as given or as found in a folder.</param>
/// <param name="Bytes">Its size on disk, in bytes.</param>
/// <param name="Sha256">Its hash, hexadecimal.</param>
public sealed record InputInfo(string Source, string Path, long Bytes, string Sha256);

/// <summary>How a source takes part in the mixture.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its share of the rows, relative to the other sources; null: in proportion to its tokens.</param>
/// <param name="Epochs">How many epochs it may be read; null: without limit.</param>
public sealed record SourceInfo(string Name, double? Weight, double? Epochs);

/// <summary>
/// <c>manifest.json</c> of a folder of token shards: what the folder contains and what it was made from. It holds neither times nor
/// machine names, so that the same input gives the same bytes.
/// </summary>
public sealed record Manifest
{
    /// <summary>The file's name in the folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The tag of documents for evaluation, which are not trained on.</summary>
    public const string HeldOutTag = "held_out";

    /// <summary>Version of the layout.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Ids are below this.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Bytes of one token in the shards: 2 or 4.</summary>
    public required int BytesPerToken { get; init; }

    /// <summary>The token that ends every document, and that precedes its first token in the model's input.</summary>
    public required int BoundaryToken { get; init; }

    /// <summary>Hash of the tokenizer file, hexadecimal; null where the tokens came from elsewhere.</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>Names of the bits in a document's set of tags, lowest first.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The named sources, in order.</summary>
    public required IReadOnlyList<SourceInfo> Sources { get; init; }

    /// <summary>The input files.</summary>
    public IReadOnlyList<InputInfo> Inputs { get; init; } = [];

    /// <summary>Hash of the filter options, as JSON; null where no filter was used.</summary>
    public string? RulesSha256 { get; init; }

    /// <summary>Hashes of the other files of the folder (report, list of documents), hexadecimal, by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new SortedDictionary<string, string>();

    /// <summary>The shards, in order.</summary>
    public required IReadOnlyList<ShardInfo> Shards { get; init; }

    /// <summary>Tokens in all shards.</summary>
    [JsonIgnore]
    public long Tokens => Shards.Sum(shard => shard.Tokens);

    /// <summary>Documents in all shards.</summary>
    [JsonIgnore]
    public long Documents => Shards.Sum(shard => (long)shard.Documents);

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder holds none.</exception>
    /// <exception cref="InvalidDataException">It is damaged or of a later version.</exception>
    public static Manifest Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder}: no {FileName} there; make the folder with `mindwright data build`", path);
        var manifest = JsonFormat.Read<Manifest>(path);
        return manifest.Version == 1 && manifest.BytesPerToken is 2 or 4
            ? manifest
            : throw new InvalidDataException($"{path}: layout version {manifest.Version} is not supported");
    }

    /// <summary>Writes the manifest into a folder; one that is there is replaced.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Save(string folder) => JsonFormat.Write(Path.Combine(folder, FileName), this);
}
