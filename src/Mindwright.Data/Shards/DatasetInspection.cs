using Mindwright.Tokens;

namespace Mindwright.Data;

/// <summary>A source of a built folder, as it takes part in training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Documents">Documents.</param>
/// <param name="Tokens">Tokens, including boundaries.</param>
/// <param name="Share">Its share of the rows in training, 0 to 1.</param>
/// <param name="Epochs">How many epochs it may be read; null: without limit.</param>
public sealed record InspectedSource(string Name, long Documents, long Tokens, double Share, double? Epochs);

/// <summary>A document of a built folder.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Document">Its number in the source.</param>
/// <param name="Tokens">Its tokens, including the boundary.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Text">The beginning of its text.</param>
public sealed record InspectedDocument(string Source, long Document, int Tokens, IReadOnlyList<string> Tags, string Text);

/// <summary>The contents of a built folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Documents">Documents in all.</param>
/// <param name="Tokens">Tokens in all.</param>
/// <param name="VocabularySize">Number of token ids.</param>
/// <param name="Shards">Shards.</param>
/// <param name="Bytes">Size of the shards on disk, in bytes.</param>
/// <param name="Sources">The mixture.</param>
/// <param name="Tags">Documents by tag.</param>
/// <param name="Verified">Whether every file was compared with its hash; a difference is an exception.</param>
/// <param name="Samples">Documents drawn by the seed, decoded.</param>
public sealed record DatasetInspection(
    string Folder, long Documents, long Tokens, int VocabularySize, int Shards, long Bytes, IReadOnlyList<InspectedSource> Sources,
    IReadOnlyDictionary<string, long> Tags, bool Verified, IReadOnlyList<InspectedDocument> Samples)
{
    private const int SampleTokens = 100;

    /// <summary>Inspects a folder.</summary>
    /// <param name="folder">A folder made by <see cref="DataBuild"/>.</param>
    /// <param name="samples">How many documents to show.</param>
    /// <param name="seed">Determines which ones.</param>
    /// <param name="verify">Whether to compare every file with its hash.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="FileNotFoundException">The folder, or a file that its manifest names, is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static DatasetInspection Of(string folder, int samples, int seed, bool verify, CancellationToken cancellation = default)
    {
        using var dataset = TokenDataset.Open(folder, verify, cancellation);
        var manifest = dataset.Manifest;
        var weights = dataset.Sources.Sum(source => source.Weight);
        var tags = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var source in dataset.Sources)
            for (long document = 0; document < source.Documents; document++)
                foreach (var tag in Names(source.Tags(document)))
                    tags[tag] = tags.GetValueOrDefault(tag) + 1;
        var tokenizer = samples > 0 && manifest.TokenizerSha256 is not null ? Tokenizer.Load(folder) : null;
        return new DatasetInspection(
            folder, manifest.Documents, manifest.Tokens, manifest.VocabularySize, manifest.Shards.Count, manifest.Tokens * manifest.BytesPerToken,
            [.. dataset.Sources.Select(source => new InspectedSource(
                source.Info.Name, source.Documents, source.Tokens, weights > 0 ? source.Weight / weights : 0, source.Info.Epochs))],
            tags, verify, tokenizer is null ? [] : [.. Drawn(dataset, Math.Min(samples, manifest.Documents), seed).Select(Show)]);

        string[] Names(uint bits) => [.. manifest.Tags.Where((_, bit) => (bits & (1u << bit)) != 0)];

        InspectedDocument Show((TokenSource Source, long Document) at)
        {
            var tokens = at.Source.Read(at.Document);
            var shown = tokens.AsSpan(0, Math.Min(SampleTokens, tokens.Length - 1));
            return new InspectedDocument(at.Source.Info.Name, at.Document, tokens.Length, Names(at.Source.Tags(at.Document)), tokenizer!.Decode(shown));
        }
    }

    /// <summary>Different documents out of all sources, in the order of the seed.</summary>
    private static IEnumerable<(TokenSource, long)> Drawn(TokenDataset dataset, long count, int seed)
    {
        var order = new Permutation(dataset.Manifest.Documents, Permutation.Mix((ulong)(uint)seed));
        for (long i = 0; i < count; i++)
        {
            var document = order[i];
            var source = dataset.Sources.First(source => document < source.Documents || (document -= source.Documents) < 0);
            yield return (source, document);
        }
    }
}
