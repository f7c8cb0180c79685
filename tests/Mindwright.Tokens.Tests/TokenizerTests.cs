using System.Text;
using CsCheck;

namespace Mindwright.Tokens.Tests;

public class TokenizerTests
{
    private static readonly Tokenizer s_tokenizer = BpeTrainer.Train(
        Texts(3, 2000), new BpeTrainingOptions { VocabularySize = 900, SpecialTokens = ["<|im_end|>"] });

    [Fact]
    public void Parallel_encoding_gives_the_ids_of_one_thread()
    {
        var text = Encoding.UTF8.GetBytes(string.Join("word after word ", Texts(4, 20_000)));
        Assert.True(text.Length > 500_000);
        Assert.Equal(s_tokenizer.Encode(text), s_tokenizer.EncodeParallel(text, 3));
        Assert.Equal(s_tokenizer.Encode("ab cd"), s_tokenizer.EncodeParallel("ab cd"u8, 3));
        Assert.Empty(s_tokenizer.EncodeParallel([], 2));
    }

    [Fact]
    public void A_batch_gives_each_texts_ids_whatever_the_thread_count()
    {
        var texts = Texts(5, 500).ToArray();
        var expected = texts.Select(s_tokenizer.Encode).ToArray();
        Assert.Equal(expected, s_tokenizer.EncodeBatch(texts, 1));
        Assert.Equal(expected, s_tokenizer.EncodeBatch(texts, 4));
    }

    [Fact]
    public void Ids_do_not_depend_on_what_was_encoded_before()
    {
        var texts = Texts(6, 3000).ToArray();
        var fresh = BpeTrainer.Train(
            Texts(3, 2000), new BpeTrainingOptions { VocabularySize = 900, SpecialTokens = ["<|im_end|>"] }, TestContext.Current.CancellationToken);
        var backwards = texts.Reverse().Select(fresh.Encode).Reverse();
        Assert.Equal(texts.Select(s_tokenizer.Encode), backwards);
    }

    [Fact]
    public void Bytes_come_back_whatever_they_are_with_the_offsets_of_the_tokens() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var ids = s_tokenizer.EncodeWithOffsets(bytes, out var starts);
            Assert.Equal(bytes, s_tokenizer.DecodeBytes(ids));
            for (var i = 0; i < ids.Length; i++)
                Assert.True(bytes.AsSpan(starts[i]).StartsWith(s_tokenizer.TokenBytes(ids[i])));
        });

    [Fact]
    public void Spans_receive_what_arrays_hold_or_are_told_how_long_to_be() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            var expected = s_tokenizer.Encode(bytes);
            var ids = new int[bytes.Length];
            Assert.True(s_tokenizer.TryEncode(bytes, ids, out var count));
            Assert.Equal(expected, ids[..count]);
            var back = new byte[bytes.Length];
            Assert.True(s_tokenizer.TryDecode(expected, back, out var length));
            Assert.Equal(bytes.Length, length);
            Assert.Equal(bytes, back);
            if (bytes.Length == 0)
                return;
            Assert.False(s_tokenizer.TryEncode(bytes, ids.AsSpan(0, count - 1), out var needed));
            Assert.False(s_tokenizer.TryDecode(expected, back.AsSpan(0, length - 1), out var needed2));
            Assert.Equal((count, length), (needed, needed2));
        });

    [Fact]
    public void Dropout_keeps_the_text_and_goes_from_the_usual_ids_to_single_bytes()
    {
        foreach (var text in Texts(7, 200).Select(Encoding.UTF8.GetBytes))
        {
            Assert.Equal(s_tokenizer.Encode(text), s_tokenizer.Encode(text, 0, new Random(1)));
            Assert.Equal(text, s_tokenizer.DecodeBytes(s_tokenizer.Encode(text, 0.3, new Random(1))));
            Assert.Equal(text.Select(b => (int)b), s_tokenizer.Encode(text, 1, new Random(1)));
        }
    }

    [Fact]
    public void A_long_run_of_letters_gives_the_ids_of_its_definition()
    {
        // Long pieces take another way than short ones: both must be the leftmost lowest rank, again and again.
        var random = new Random(8);
        for (var length = 90; length < 400; length += 37)
        {
            var letters = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(3))));
            Assert.Equal(Naive(letters), s_tokenizer.Encode(letters));
            Assert.Equal(Naive(new string('e', length)), s_tokenizer.Encode(new string('e', length)));
        }
    }

    [Fact]
    public void An_id_outside_the_vocabulary_is_refused_with_the_range()
    {
        Assert.Contains("0 to 899", Assert.Throws<ArgumentOutOfRangeException>(() => s_tokenizer.Decode([900])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_tokenizer.Decode([-1]));
    }

    [Fact]
    public void A_report_counts_every_ordinary_token_once()
    {
        var report = TokenizerReport.Of(s_tokenizer, "aa bb aa"u8.ToArray());
        Assert.Equal(899, report.TokensByScript.Values.Sum());
        Assert.Equal(20, report.Merges.Count);
        Assert.Equal(256, report.Merges[0].Id);
        Assert.Equal(8, report.Fertility!.Bytes);
    }

    /// <summary>The definition of BPE, with the merges read off the trained tokens.</summary>
    private static List<int> Naive(string letters)
    {
        var parts = letters.Select(c => (int)c).ToList();
        var merges = s_tokenizer.Parts.Model is Mindwright.Tokens.Bpe.BpeModel model
            ? model.Merges.InOrder().ToDictionary(m => (m.Left, m.Right), m => m.Result)
            : [];
        while (true)
        {
            var candidates = Enumerable.Range(0, parts.Count - 1).Where(i => merges.ContainsKey((parts[i], parts[i + 1])))
                .Select(i => (Token: merges[(parts[i], parts[i + 1])], At: i)).ToList();
            if (candidates.Count == 0)
                return parts;
            var (token, at) = candidates.Min();
            parts[at] = token;
            parts.RemoveAt(at + 1);
        }
    }

    private static string[] Texts(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => RandomText.Next(random)).ToArray();
    }
}
