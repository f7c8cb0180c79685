using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class NearDuplicateIndexTests
{
    private static string[] Passages() => [.. Corpus.Read(
        [TestData.PathOrSkip("pretrain/wikipedia-passages.jsonl")], cancellation: TestContext.Current.CancellationToken).Select(document => document.Text)];

    private static HashSet<ulong> Shingles(string text)
    {
        var words = WordHashes.Of(text);
        var set = new HashSet<ulong>();
        for (var i = 0; i + MinHash.Shingle <= words.Length; i++)
            set.Add(WordHashes.Combine(words.Slice(i, MinHash.Shingle)));
        return set;
    }

    private static double Jaccard(HashSet<ulong> a, HashSet<ulong> b)
    {
        var shared = a.Count(b.Contains);
        return (double)shared / (a.Count + b.Count - shared);
    }

    private static byte[] Sign(string text)
    {
        var signature = new byte[MinHash.Size];
        Assert.True(MinHash.TrySign(WordHashes.Of(text), signature));
        return signature;
    }

    /// <summary>Adds a document unless it repeats another.</summary>
    private static bool TryAdd(NearDuplicateIndex index, byte[] signature, out int other, out double similarity)
    {
        (other, similarity) = index.Find(signature);
        if (other < 0)
            index.Add(signature);
        return other < 0;
    }

    /// <summary>Changes single words until the similarity has fallen to what is wanted.</summary>
    private static string Vary(string text, double similarity, Random random)
    {
        var original = Shingles(text);
        var words = text.Split(' ');
        for (var tries = 0; tries < 500; tries++)
        {
            var next = (string[])words.Clone();
            next[random.Next(next.Length)] = $"word{random.Next(100_000)}";
            if (Jaccard(original, Shingles(string.Join(' ', next))) < similarity)
                break;
            words = next;
        }
        return string.Join(' ', words);
    }

    [Fact]
    public void Of_planted_near_duplicates_at_least_95_percent_are_found_and_nothing_unlike_is()
    {
        var random = new Random(5);
        var index = new NearDuplicateIndex(0.7);
        var passages = Passages();
        var kept = new List<HashSet<ulong>>();
        foreach (var passage in passages)
        {
            if (TryAdd(index, Sign(passage), out var other, out _))
                kept.Add(Shingles(passage));
            else
                Assert.True(Jaccard(kept[other], Shingles(passage)) > 0.5);
        }
        Assert.InRange(kept.Count, passages.Length * 0.98, passages.Length);
        foreach (var similarity in new[] { 0.8, 0.85, 0.95 })
        {
            var planted = passages.Where(passage => passage.Length > 400).Take(1500).Select(passage => Vary(passage, similarity, random)).ToArray();
            var found = planted.Count(text => !TryAdd(index, Sign(text), out _, out _));
            Assert.True(found >= 0.95 * planted.Length, $"at {similarity}: {found} of {planted.Length}");
        }
    }

    [Fact]
    public void The_estimate_is_the_true_similarity_within_its_error()
    {
        var random = new Random(6);
        var (sum, squares, count) = (0.0, 0.0, 0);
        foreach (var passage in Passages().Where(passage => passage.Length > 400).Take(400))
        {
            var varied = Vary(passage, 0.3 + (0.6 * random.NextDouble()), random);
            var (a, b) = (Sign(passage), Sign(varied));
            var estimate = MinHash.Similarity(a, b);
            var error = estimate - Jaccard(Shingles(passage), Shingles(varied));
            (sum, squares, count) = (sum + error, squares + (error * error), count + 1);
        }
        // 80 values: the standard deviation of one estimate is at most 0.056.
        Assert.InRange(sum / count, -0.01, 0.01);
        Assert.InRange(Math.Sqrt(squares / count), 0.02, 0.065);
    }

    [Fact]
    public void Case_and_punctuation_make_no_difference_and_short_texts_are_compared_whole()
    {
        var index = new NearDuplicateIndex(0.7);
        Assert.True(TryAdd(index, Sign("Hello, world"), out _, out _));
        Assert.False(TryAdd(index, Sign("hello WORLD!"), out var other, out var similarity));
        Assert.Equal((0, 1.0), (other, similarity));
        Assert.True(TryAdd(index, Sign("world hello"), out _, out _));
        Assert.False(MinHash.TrySign([], new byte[MinHash.Size]));
    }

    [Fact]
    public void The_index_finds_all_again_after_it_has_grown()
    {
        var index = new NearDuplicateIndex(0.7);
        var texts = Enumerable.Range(0, 20_000).Select(i => $"a{i} b{i} c{i} d{i} e{i} f{i}").ToArray();
        Assert.All(texts, text => Assert.True(TryAdd(index, Sign(text), out _, out _)));
        for (var i = 0; i < texts.Length; i += 97)
        {
            Assert.False(TryAdd(index, Sign(texts[i]), out var other, out _));
            Assert.Equal(i, other);
        }
    }
}
