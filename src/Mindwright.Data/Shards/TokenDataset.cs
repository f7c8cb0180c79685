using Mindwright.Runs;

namespace Mindwright.Data;

/// <summary>Documents as tokens, source by source: a folder of shards that is opened for reading, or tokens in memory.</summary>
public sealed class TokenDataset : IDisposable
{
    private readonly ITokenShard[] _shards;

    private TokenDataset(Manifest manifest, ITokenShard[] shards)
    {
        (Manifest, _shards) = (manifest, shards);
        Sources = [.. manifest.Sources.Select(source => new TokenSource(source, [.. shards.Where(shard => shard.Info.Source == source.Name)]))];
    }

    /// <summary>What the folder says of itself.</summary>
    public Manifest Manifest { get; }

    /// <summary>Its named sources.</summary>
    public IReadOnlyList<TokenSource> Sources { get; }

    /// <summary>Opens a folder of shards.</summary>
    /// <param name="folder">The folder with <c>manifest.json</c>.</param>
    /// <param name="verify">Whether to compare every file with its hash, too.</param>
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

    /// <summary>Takes documents that lie in memory, as one source.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="documents">Token ids of each document, without a boundary.</param>
    /// <param name="boundaryToken">The token that ends every document, and stands before its first token when a model reads it.</param>
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
                throw new InvalidDataException($"{path}: its content has changed since it was built; build the folder anew");
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

    /// <summary>Tokens, boundaries included.</summary>
    public long Tokens { get; }

    /// <summary>
    /// Its part in the mixture, relative to the other sources: the weight that was given, else its tokens times its epochs. 0 where it
    /// has no document.
    /// </summary>
    /// <exception cref="ArgumentException">The given weight is no number from 0 up.</exception>
    public double Weight
    {
        get
        {
            var weight = Info.Weight ?? Tokens * Math.Max(Info.Epochs ?? 1, 0);
            if (!(weight >= 0) || double.IsInfinity(weight))
                throw new ArgumentException($"source {Info.Name}: its weight must be a number from 0 up");
            return Documents == 0 ? 0 : weight;
        }
    }

    /// <summary>The tokens of a document, the boundary token at its end included.</summary>
    public int[] Read(long document)
    {
        var (shard, range, _) = Locate(document);
        var tokens = new int[range.End - range.Start];
        shard.Read(range.Start, tokens);
        return tokens;
    }

    /// <summary>A document's set of tags.</summary>
    public uint Tags(long document) => Locate(document) is var (shard, _, index) ? shard.Tags(index) : 0;

    /// <summary>The shard of a document, its place there, and its number there.</summary>
    internal (ITokenShard Shard, (long Start, long End) Range, int Index) Locate(long document)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)document, (ulong)Documents, nameof(document));
        var at = Array.BinarySearch(_firstDocument, document);
        var shard = at >= 0 ? at : ~at - 1;
        var index = (int)(document - _firstDocument[shard]);
        return (_shards[shard], _shards[shard].Range(index), index);
    }
}
