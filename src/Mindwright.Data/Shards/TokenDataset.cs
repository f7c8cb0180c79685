
namespace Mindwright.Data;

/// <summary>Documents as tokens, source by source: a folder of shards that is opened for reading, or tokens in memory.</summary>
public sealed class TokenDataset : IDisposable
{
    private readonly ITokenShard[] _shards;

    internal TokenDataset(Manifest manifest, ITokenShard[] shards)
    {
        (Manifest, _shards) = (manifest, shards);
        Sources = [.. manifest.Sources.Select(source => new TokenSource(source, [.. shards.Where(shard => shard.Info.Source == source.Name)]))];
    }

    /// <summary>The folder's manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>Its named sources.</summary>
    public IReadOnlyList<TokenSource> Sources { get; }

    /// <summary>Opens a folder of shards.</summary>
    /// <param name="folder">The folder with <c>manifest.json</c>.</param>
    /// <param name="verify">Whether to compare every file with its hash.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="FileNotFoundException">The manifest or a file that it names is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static TokenDataset Open(string folder, bool verify = false, CancellationToken cancellation = default)
    {
        var manifest = Manifest.Load(folder);
        if (verify)
            Verify(folder, manifest, cancellation);
        var shards = new List<TokenShard>();
        try
        {
            foreach (var info in manifest.Shards)
                shards.Add(new TokenShard(folder, info, manifest.BytesPerToken));
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
        return new TokenDataset(manifest, [.. shards]);
    }

    /// <summary>Makes a dataset of documents in memory, as one source.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="documents">Token ids of each document, without a boundary.</param>
    /// <param name="boundaryToken">The token that ends every document, and that precedes its first token in the model's input.</param>
    /// <param name="vocabularySize">Ids are below this.</param>
    public static TokenDataset InMemory(string name, IReadOnlyList<int[]> documents, int boundaryToken, int vocabularySize)
    {
        var shard = new MemoryShard(name, documents, boundaryToken);
        return new TokenDataset(
            new Manifest { VocabularySize = vocabularySize, BytesPerToken = sizeof(int), BoundaryToken = boundaryToken, Sources = [new(name, null, null)], Shards = [shard.Info] },
            [shard]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    private static void Verify(string folder, Manifest manifest, CancellationToken cancellation)
    {
        var hashes = manifest.Shards
            .SelectMany(shard => new[] { (shard.TokensFile, shard.TokensSha256), (shard.DocumentsFile, shard.DocumentsSha256) })
            .Concat(manifest.Files.Select(file => (file.Key, file.Value)));
        foreach (var (name, hash) in hashes)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path}: the manifest names it, but it is missing", path);
            if (Hashing.OfFile(path) != hash)
                throw new InvalidDataException($"{path}: its content has changed since it was built; build the folder again");
        }
    }
}

/// <summary>The documents of one source, across its shards.</summary>
public sealed class TokenSource
{
    private readonly ITokenShard[] _shards;
    private readonly long[] _firstDocument;

    internal TokenSource(SourceInfo info, ITokenShard[] shards)
    {
        (Info, _shards) = (info, shards);
        _firstDocument = new long[shards.Length];
        for (var i = 0; i < shards.Length; i++)
        {
            _firstDocument[i] = Documents;
            Documents += shards[i].Info.Documents;
            Tokens += shards[i].Info.Tokens;
        }
    }

    /// <summary>Name, weight and epochs.</summary>
    public SourceInfo Info { get; }

    /// <summary>Documents.</summary>
    public long Documents { get; }

    /// <summary>Tokens, including boundaries.</summary>
    public long Tokens { get; }

    /// <summary>
    /// Its share of the mixture, relative to the other sources: the given weight, or else its tokens times its epochs; 0 for a source without
    /// documents.
    /// </summary>
    /// <exception cref="ArgumentException">The given weight is negative or not finite.</exception>
    public double Weight
    {
        get
        {
            var weight = Info.Weight ?? Tokens * Math.Max(Info.Epochs ?? 1, 0);
            if (!(weight >= 0) || double.IsInfinity(weight))
                throw new ArgumentException($"source {Info.Name}: its weight must be a finite number of at least 0");
            return Documents == 0 ? 0 : weight;
        }
    }

    /// <summary>The tokens of a document, including the boundary token at its end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such document.</exception>
    public int[] Read(long document)
    {
        var (shard, range, _) = Locate(document);
        var tokens = new int[range.End - range.Start];
        shard.Read(range.Start, tokens);
        return tokens;
    }

    /// <summary>A document's tags, one bit for each of <see cref="Manifest.Tags"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such document.</exception>
    public uint Tags(long document) => Locate(document) is var (shard, _, index) ? shard.Tags(index) : 0;

    /// <summary>The shard of a document, its token range in it, and its index in it.</summary>
    internal (ITokenShard Shard, (long Start, long End) Range, int Index) Locate(long document)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)document, (ulong)Documents, nameof(document));
        var at = Array.BinarySearch(_firstDocument, document);
        var shard = at >= 0 ? at : ~at - 1;
        var index = (int)(document - _firstDocument[shard]);
        return (_shards[shard], _shards[shard].Range(index), index);
    }
}
