using System.Globalization;
using Mindwright.Evaluation.Statistics;

namespace Mindwright.Evaluation.Tasks;

/// <summary>The vectors of words, as far as a model has them.</summary>
public interface IWordEmbeddings
{
    /// <summary>Names the vectors, for reports.</summary>
    string Name { get; }

    /// <summary>Length of a vector.</summary>
    int Width { get; }

    /// <summary>The words that have a vector, in a stable order.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>The vector of a word of <see cref="Words"/>, by its index.</summary>
    ReadOnlySpan<float> Vector(int word);
}

/// <summary>Tests the embedding matrix on words, without running the model.</summary>
internal static class EmbeddingTasks
{
    private const int Seed = 20;

    /// <summary>
    /// Analogies (Mikolov et al. 2013): the word closest to b − a + c, other than a, b and c. Lines are "a b c d", sections begin with ":".
    /// </summary>
    /// <returns>Accuracy over the questions whose four words all have vectors; by section as groups. Null if there is no such question.</returns>
    public static TaskResult? Analogies(IWordEmbeddings embeddings, string path, int? limit = null, CancellationToken cancellation = default)
    {
        var space = new Space(embeddings);
        var section = "all";
        var questions = new List<(int[] Words, string Section)>();
        foreach (var line in DataFile.ReadLines(path).Lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [":", ..])
                section = words[^1];
            else if (words.Length == 4 && words.Select(space.Find).ToArray() is var found && found.All(index => index >= 0))
                questions.Add((found, section));
        }
        if (questions.Count == 0)
            return null;
        var results = new List<ItemResult>();
        foreach (var (words, group) in questions.Take(limit ?? int.MaxValue))
        {
            cancellation.ThrowIfCancellationRequested();
            results.Add(new(results.Count, new Dictionary<string, double> { ["acc"] = space.Complete(words[0], words[1], words[2]) == words[3] ? 1 : 0 }, group));
        }
        var main = Measure.Mean("acc", results, 1.0 / embeddings.Words.Count);
        return new("analogies", main, [main], results.GroupBy(result => result.Group!).ToDictionary(
            group => group.Key, group => Measure.Mean("acc", [.. group], 1.0 / embeddings.Words.Count)));
    }

    /// <summary>
    /// Similarity judgments: Spearman's rank correlation between people's ratings and cosines. Lines are "word word rating", separated by tabs.
    /// </summary>
    /// <returns>The correlation with a bootstrap interval over pairs; null if fewer than three pairs have vectors.</returns>
    public static TaskResult? Similarity(IWordEmbeddings embeddings, string path)
    {
        var space = new Space(embeddings);
        var pairs = new List<(double Rating, double Cosine)>();
        foreach (var line in DataFile.ReadLines(path).Lines)
            if (line.Split('\t') is [var a, var b, var rating] && space.Find(a) is >= 0 and var x && space.Find(b) is >= 0 and var y)
                pairs.Add((double.Parse(rating, CultureInfo.InvariantCulture), space.Cosine(x, y)));
        if (pairs.Count < 3)
            return null;

        var random = new Random(Seed);
        var resampled = new double[1000];
        foreach (ref var correlation in resampled.AsSpan())
        {
            var drawn = Enumerable.Range(0, pairs.Count).Select(_ => pairs[random.Next(pairs.Count)]).ToArray();
            correlation = RankCorrelation.Spearman([.. drawn.Select(pair => pair.Rating)], [.. drawn.Select(pair => pair.Cosine)]);
        }
        Array.Sort(resampled);
        var estimate = RankCorrelation.Spearman([.. pairs.Select(pair => pair.Rating)], [.. pairs.Select(pair => pair.Cosine)]);
        var measure = new Measure("spearman", new(estimate, resampled[25], resampled[974]), pairs.Count, Chance: 0, IsShare: false);
        return new(Path.GetFileNameWithoutExtension(path), measure, [measure], new Dictionary<string, Measure>());
    }

    /// <summary>Vectors of length 1, found by word in any case.</summary>
    private sealed class Space
    {
        private readonly IWordEmbeddings _embeddings;
        private readonly float[] _unit;
        private readonly Dictionary<string, int> _index = new(StringComparer.OrdinalIgnoreCase);

        public Space(IWordEmbeddings embeddings)
        {
            _embeddings = embeddings;
            _unit = new float[(long)embeddings.Words.Count * embeddings.Width];
            for (var word = 0; word < embeddings.Words.Count; word++)
            {
                _index.TryAdd(embeddings.Words[word], word);
                var vector = embeddings.Vector(word);
                var norm = Math.Sqrt(Dot(vector, vector));
                for (var i = 0; i < vector.Length; i++)
                    _unit[word * vector.Length + i] = norm == 0 ? 0 : (float)(vector[i] / norm);
            }
        }

        public int Find(string word) => _index.GetValueOrDefault(word, -1);

        public double Cosine(int a, int b) => Dot(Unit(a), Unit(b));

        public int Complete(int a, int b, int c)
        {
            var target = new float[_embeddings.Width];
            for (var i = 0; i < target.Length; i++)
                target[i] = Unit(b)[i] - Unit(a)[i] + Unit(c)[i];
            var (best, highest) = (-1, double.NegativeInfinity);
            for (var word = 0; word < _embeddings.Words.Count; word++)
                if (word != a && word != b && word != c && Dot(Unit(word), target) is var score && score > highest)
                    (best, highest) = (word, score);
            return best;
        }

        private ReadOnlySpan<float> Unit(int word) => _unit.AsSpan(word * _embeddings.Width, _embeddings.Width);

        private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }
}
