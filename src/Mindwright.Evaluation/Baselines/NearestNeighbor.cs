using System.Runtime.InteropServices;

namespace Mindwright.Evaluation.Baselines;

/// <summary>
/// Answers a question with the answer of the most similar known question: the baseline of a pure look-up.
/// Similarity is the cosine of TF-IDF vectors over character n-grams, ignoring case.
/// </summary>
/// <remarks>Thread-safe once fitted. Of equally similar questions, the first one known wins.</remarks>
public sealed class NearestNeighbor
{
    private const int ShortestGram = 3;
    private const int LongestGram = 4;

    private readonly string[] _answers;
    private readonly Dictionary<string, Posting> _postings = [];

    private NearestNeighbor(string[] answers) => _answers = answers;

    /// <summary>Remembers questions and answers.</summary>
    /// <param name="known">Question or name, and its answer.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static NearestNeighbor Fit(IReadOnlyList<(string Question, string Answer)> known)
    {
        if (known.Count == 0)
            throw new ArgumentException("A nearest neighbor needs at least one known question.", nameof(known));
        var model = new NearestNeighbor([.. known.Select(pair => pair.Answer)]);
        for (var i = 0; i < known.Count; i++)
            foreach (var (gram, count) in Grams(known[i].Question))
            {
                ref var posting = ref CollectionsMarshal.GetValueRefOrAddDefault(model._postings, gram, out _);
                (posting ??= new()).Entries.Add((i, count));
            }

        var squares = new double[known.Count];
        foreach (var posting in model._postings.Values)
        {
            posting.Idf = (float)Math.Log((1.0 + known.Count) / (1 + posting.Entries.Count)) + 1;
            foreach (ref var entry in CollectionsMarshal.AsSpan(posting.Entries))
            {
                entry.Weight *= posting.Idf;
                squares[entry.Document] += entry.Weight * entry.Weight;
            }
        }
        foreach (var posting in model._postings.Values)
            foreach (ref var entry in CollectionsMarshal.AsSpan(posting.Entries))
                entry.Weight /= (float)Math.Sqrt(squares[entry.Document]);
        return model;
    }

    /// <summary>The answer to the most similar known question.</summary>
    public string Answer(string question)
    {
        var scores = new float[_answers.Length];
        foreach (var (gram, count) in Grams(question))
            if (_postings.TryGetValue(gram, out var posting))
                foreach (var (document, weight) in posting.Entries)
                    scores[document] += count * posting.Idf * weight;

        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        return _answers[best];
    }

    /// <summary>Counts of the n-grams, in the order in which they first occur, so that sums do not depend on hashing.</summary>
    private static List<(string Gram, float Count)> Grams(string question)
    {
        var text = ' ' + question.Trim().ToLowerInvariant() + ' ';
        var place = new Dictionary<string, int>();
        var grams = new List<(string Gram, float Count)>();
        for (var n = ShortestGram; n <= LongestGram; n++)
            for (var i = 0; i + n <= text.Length; i++)
            {
                var gram = text.Substring(i, n);
                if (place.TryAdd(gram, grams.Count))
                    grams.Add((gram, 1));
                else
                    grams[place[gram]] = (gram, grams[place[gram]].Count + 1);
            }
        return grams;
    }

    private sealed class Posting
    {
        public List<(int Document, float Weight)> Entries { get; } = [];

        public float Idf { get; set; }
    }
}
