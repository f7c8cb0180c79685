namespace Mindwright.Data.Tests;

/// <summary>Makes small datasets of made-up tokens.</summary>
internal static class ShardFolder
{
    public const int Vocabulary = 1000;
    public const int Boundary = 0;

    /// <summary>Writes sources of documents; each document gets the boundary token at its end.</summary>
    public static void Write(
        string folder, (SourceInfo Info, int[][] Documents)[] sources, long shardTokens = 1 << 20, int vocabulary = Vocabulary, Func<int, uint>? tags = null)
    {
        using var writer = new ShardWriter(folder, vocabulary, shardTokens);
        foreach (var (info, documents) in sources)
            for (var i = 0; i < documents.Length; i++)
                writer.Add(info.Name, [.. documents[i], Boundary], tags?.Invoke(i) ?? 0);
        new Manifest
        {
            VocabularySize = vocabulary,
            BytesPerToken = writer.BytesPerToken,
            BoundaryToken = Boundary,
            Tags = ["first", "second"],
            Sources = [.. sources.Select(source => source.Info)],
            Shards = writer.Complete(),
        }.Save(folder);
    }

    public static TokenDataset Open(string folder, bool verify = false) =>
        TokenDataset.Open(folder, verify, TestContext.Current.CancellationToken);

    /// <summary>Documents of random lengths whose tokens are random but never the boundary.</summary>
    public static int[][] Documents(int seed, int count, int maxLength, int vocabulary = Vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, random.Next(1, maxLength)).Select(_ => random.Next(1, vocabulary)).ToArray())];
    }
}
