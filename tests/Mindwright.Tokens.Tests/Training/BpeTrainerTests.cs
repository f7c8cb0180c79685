using System.Text;
using CsCheck;
using Mindwright.Testing;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Tests.Training;

public class BpeTrainerTests
{
    private static readonly Gen<string[]> s_corpora =
        Gen.OneOf('a', 'a', 'b', 'c', ' ', ' ', '1', '.', '\n', 'é', '中').Array[0, 60].Select(c => new string(c)).Array[1, 8];

    [Fact]
    public void Merges_are_those_of_counting_all_pairs_anew_for_each_merge() =>
        s_corpora.Sample(documents =>
        {
            var expected = BruteForce(documents, 40);
            var size = 256 + expected.Count;
            foreach (var threads in new[] { 1, 3 })
            {
                var tokenizer = Train(documents, new BpeTrainingOptions { VocabularySize = size, Threads = threads });
                for (var id = 256; id < size; id++)
                    Assert.Equal(expected[id - 256], tokenizer.TokenBytes(id).ToArray());
            }
        }, iter: 300);

    [Fact]
    public void A_vocabulary_larger_than_the_data_can_give_is_refused_with_the_size_that_it_can() =>
        s_corpora.Sample(documents =>
        {
            var possible = 256 + BruteForce(documents, int.MaxValue).Count + 1;
            var options = new BpeTrainingOptions { VocabularySize = possible + 1, SpecialTokens = ["<end>"], Threads = 1 };
            var error = Assert.Throws<InvalidDataException>(() => Train(documents, options));
            Assert.Contains($"a vocabulary of {possible} ", error.Message, StringComparison.Ordinal);
            Assert.Equal(possible, Train(documents, options with { VocabularySize = possible }).VocabularySize);
        }, iter: 100);

    [Fact]
    public void Text_comes_back_from_its_ids() =>
        Gen.Select(s_corpora, Gen.String).Sample((documents, text) =>
        {
            var tokenizer = Train(documents, new BpeTrainingOptions { VocabularySize = 256 + Math.Min(5, BruteForce(documents, 5).Count) });
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.Equal(bytes, tokenizer.DecodeBytes(tokenizer.Encode(bytes)));
        }, iter: 300);

    [Fact]
    public void Special_tokens_come_after_the_learned_vocabulary_and_never_from_text()
    {
        var tokenizer = Train(
            ["<end> <end> <end> <end>"], new BpeTrainingOptions { VocabularySize = 260, SpecialTokens = ["<start>", "<end>"] });
        Assert.Equal((258, 259), (tokenizer.SpecialTokens["<start>"], tokenizer.SpecialTokens["<end>"]));
        Assert.DoesNotContain(259, tokenizer.Encode("<end>"));
        Assert.Equal([259], tokenizer.Encode("<end>", tokenizer.Allow("<end>")));
        Assert.DoesNotContain(259, tokenizer.Encode("<end>", tokenizer.Allow("<start>")));
    }

    [Fact]
    public void Training_on_files_is_training_on_their_texts()
    {
        using var folder = new TempFolder();
        var text = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"word{i * 7919 % 1000} and {(char)('a' + i % 26)} so on\n"));
        File.WriteAllText(folder["a.txt"], text);
        var options = new BpeTrainingOptions { VocabularySize = 280, Threads = 2 };
        var (fromFile, fromText) = (BpeTrainer.TrainOnFiles([folder["a.txt"]], options, TestContext.Current.CancellationToken), Train([text], options));
        Assert.Equal(
            Enumerable.Range(0, 280).Select(id => Encoding.Latin1.GetString(fromText.TokenBytes(id))),
            Enumerable.Range(0, 280).Select(id => Encoding.Latin1.GetString(fromFile.TokenBytes(id))));
    }

    [Fact]
    public void Cancellation_and_failing_sources_reach_the_caller()
    {
        var options = new BpeTrainingOptions { VocabularySize = 300, Threads = 2 };
        Assert.Throws<OperationCanceledException>(() => BpeTrainer.Train(["a b c"], options, new CancellationToken(canceled: true)));
        Assert.Throws<IOException>(() => Train(Failing(), options));

        static IEnumerable<string> Failing()
        {
            yield return "a";
            throw new IOException("no more");
        }
    }

    private static Tokenizer Train(IEnumerable<string> documents, BpeTrainingOptions options) =>
        BpeTrainer.Train(documents, options, TestContext.Current.CancellationToken);

    /// <summary>The definition: count every pair, merge the most frequent one everywhere, and count again.</summary>
    private static List<byte[]> BruteForce(string[] documents, int most)
    {
        var words = new List<List<int>>();
        var pieces = new Piece[1000];
        foreach (var bytes in documents.Select(Encoding.UTF8.GetBytes))
        {
            var position = 0;
            var count = KnownPatterns.Qwen2.Split(bytes, ref position, pieces);
            words.AddRange(pieces.Take(count).Select(p => bytes[p.Start..p.End].Select(b => (int)b).ToList()));
        }
        var tokens = Enumerable.Range(0, 256).Select(b => new[] { (byte)b }).ToList();
        while (tokens.Count - 256 < most)
        {
            var counts = words.SelectMany(w => w.Zip(w.Skip(1))).GroupBy(p => p).Select(g => (Pair: g.Key, Count: g.Count())).ToList();
            if (counts.Count == 0 || counts.Max(c => c.Count) < 2)
                break;
            var (left, right) = counts.Where(c => c.Count == counts.Max(d => d.Count)).Min(c => c.Pair);
            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = tokens.Count;
                        word.RemoveAt(i + 1);
                    }
                }
            }
            tokens.Add([.. tokens[left], .. tokens[right]]);
        }
        return tokens[256..];
    }
}
