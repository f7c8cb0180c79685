using Mindwright.Data;
using Mindwright.Runs.Recipes;
using Mindwright.Tokens;

namespace Mindwright.Training.Pipeline;

/// <summary>The text of a run that was made into tokens before, by <c>mindwright data build</c>.</summary>
internal static class ShardMaterial
{
    /// <summary>The built folder that a recipe names; null where it names text.</summary>
    /// <exception cref="RecipeException">It names both, or tags without a folder that knows them.</exception>
    public static string? FolderOf(DataSection section)
    {
        if (section.Paths.FirstOrDefault(IsBuilt) is not { } folder)
            return section.WithoutTags.Count == 0 ? null : throw new RecipeException("only a built folder has tags", key: "data.without_tags", cure: "name one in data.paths");
        return section.Paths.Count == 1
            ? folder
            : throw new RecipeException($"{folder} is a built folder, which cannot be mixed with others", key: "data.paths", cure: "build one folder from all the sources");
    }

    /// <summary>Takes the held-out documents out of the folder, as many as are measured on; what is learned stays there.</summary>
    /// <exception cref="InvalidDataException">The folder is damaged, or has no held-out documents.</exception>
    public static Material Read(string folder, Recipe recipe)
    {
        using var dataset = TokenDataset.Open(folder);
        var bit = dataset.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag);
        var tokenizer = Tokenizer.Load(folder);
        var texts = new List<string>();
        long tokens = 0;
        foreach (var (source, document) in bit < 0 ? [] : Shuffled(dataset, 1u << bit, recipe.Seed))
        {
            if (tokens >= recipe.Pretrain.EvaluationTokens)
                break;
            var ids = source.Read(document);
            tokens += ids.Length;
            texts.Add(tokenizer.Decode(ids.AsSpan()[..^1]));
        }
        if (texts.Count == 0)
            throw new InvalidDataException($"{folder}: no document is held out to measure on; build it with held_out above 0, or from more documents");
        return new Material(folder, [], texts, null) { Shards = folder, Files = [Path.Combine(folder, Manifest.FileName)] };
    }

    private static bool IsBuilt(string path) => File.Exists(Path.Combine(path, Manifest.FileName)) && File.Exists(Path.Combine(path, DataBuild.DocumentList));

    private static (TokenSource Source, long Document)[] Shuffled(TokenDataset dataset, uint tag, int seed)
    {
        var found = new List<(TokenSource, long)>();
        foreach (var source in dataset.Sources)
            for (long document = 0; document < source.Documents; document++)
                if ((source.Tags(document) & tag) != 0)
                    found.Add((source, document));
        var all = found.ToArray();
        new Random(seed).Shuffle(all);
        return all;
    }
}
