using Mindwright.Data;

namespace Mindwright.Training.Text;

/// <summary>The documents of a built folder that are kept for measuring, as the tokens that stand there.</summary>
internal static class DatasetHeldOut
{
    /// <summary>Held-out documents in an order shuffled by the seed, without the boundary token, of about so many tokens.</summary>
    /// <param name="dataset">The folder, opened.</param>
    /// <param name="folder">Its path, for messages.</param>
    /// <param name="tokens">Tokens that are enough.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="InvalidDataException">The folder has no held-out documents.</exception>
    public static IReadOnlyList<int[]> Read(TokenDataset dataset, string folder, long tokens, int seed)
    {
        var bit = dataset.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag);
        var found = new List<(TokenSource Source, long Document)>();
        foreach (var source in bit < 0 ? [] : dataset.Sources)
            for (long document = 0; document < source.Documents; document++)
                if ((source.Tags(document) & (1u << bit)) != 0)
                    found.Add((source, document));
        if (found.Count == 0)
            throw new InvalidDataException($"{folder}: no document is held out to measure on; build it with held_out above 0, or from more documents");
        var all = found.ToArray();
        new Random(seed).Shuffle(all);
        var documents = new List<int[]>();
        foreach (var (source, document) in all)
        {
            if (tokens <= 0)
                break;
            var ids = source.Read(document)[..^1];
            documents.Add(ids);
            tokens -= ids.Length;
        }
        return documents;
    }
}
