namespace Mindwright.Runs.Recipes;

/// <summary>Edit distance between words, to suggest a known word for a misspelled one.</summary>
public static class EditDistance
{
    /// <summary>
    /// The least number of insertions, deletions, replacements and swaps of neighbors that turn one word into the other, where
    /// no letter is edited twice (optimal string alignment).
    /// </summary>
    public static int Between(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            distance[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            distance[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var best = Math.Min(distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, distance[i - 2, j - 2] + 1);
                distance[i, j] = best;
            }
        return distance[a.Length, b.Length];
    }

    /// <summary>The candidate nearest to a word; null where even that one differs in more than half of its letters.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var (nearest, distance) = candidates.Select(c => (Candidate: c, Distance: Between(word, c))).OrderBy(c => c.Distance).FirstOrDefault();
        return nearest is not null && 2 * distance <= Math.Max(word.Length, nearest.Length) ? nearest : null;
    }
}
