using System.Diagnostics;
using System.Text;
using Mindwright.Data;
using Mindwright.Runs.Files;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Text;

/// <summary>What the vocabulary reached on text that it was not learned from.</summary>
/// <param name="Vocabulary">Token ids.</param>
/// <param name="BytesPerToken">UTF-8 bytes that a token stands for; plain bytes would be 1.</param>
/// <param name="Gpt2BytesPerToken">The same of GPT-2's 50,257 tokens, where its tokenizer is on this machine.</param>
/// <param name="Seconds">Time to learn it.</param>
public sealed record VocabularyResult(int Vocabulary, double BytesPerToken, double? Gpt2BytesPerToken, double Seconds);

/// <summary>The vocabulary of a run: byte-level BPE learned from its text, or the one that its token shards came with.</summary>
internal static class Vocabulary
{
    /// <summary>Learns the vocabulary, and measures it on held-out text.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="text">The text.</param>
    /// <param name="folder">The folder for the tokenizer's files, which appears when it is done.</param>
    /// <param name="cancellation">Ends the learning.</param>
    public static VocabularyResult Learn(Recipe recipe, RunText text, string folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(text);
        var clock = Stopwatch.StartNew();
        var options = new BpeTrainingOptions
        {
            VocabularySize = recipe.Tokenizer.Vocabulary,
            Pattern = recipe.Tokenizer.Pattern,
            SpecialTokens = ChatFormat.SpecialTokens,
        };
        var tokenizer = text.Dataset is { } shards ? Tokenizer.Load(shards) : BpeTrainer.Train(text.Learned, options, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        AtomicFolder.Write(folder, unfinished => tokenizer.Save(unfinished, ChatFormat.Template));
        if (text.Dataset is { } built)
        {
            using var dataset = TokenDataset.Open(built, cancellation: cancellation);
            var ids = DatasetHeldOut.Read(dataset, built, MeasuredTokens, recipe.Seed);
            var bytes = ids.Sum(document => document.Sum(id => (long)tokenizer.TokenBytes(id).Length));
            return new VocabularyResult(tokenizer.VocabularySize, bytes / (double)Math.Max(1, ids.Sum(document => document.Length)), null, seconds);
        }
        return new VocabularyResult(
            tokenizer.VocabularySize, BytesPerToken(tokenizer, text.HeldOut), Gpt2() is { } gpt2 ? BytesPerToken(gpt2, text.HeldOut) : null, seconds);
    }

    // Enough of a built folder for three digits.
    private const long MeasuredTokens = 100_000;

    private static double BytesPerToken(Tokenizer tokenizer, IReadOnlyList<string> documents) =>
        documents.Sum(d => (double)Encoding.UTF8.GetByteCount(d)) / Math.Max(1, documents.Sum(d => (double)tokenizer.Encode(d).Length));

    // GPT-2's tokenizer, if some other tool has left it in the cache that Hugging Face libraries share, or the environment names it.
    private static Tokenizer? Gpt2()
    {
        var named = Environment.GetEnvironmentVariable("MINDWRIGHT_GPT2_TOKENIZER");
        if (named is { Length: > 0 })
            return Tokenizer.Load(named);
        var home = Environment.GetEnvironmentVariable("HF_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface");
        foreach (var model in new[] { "models--openai-community--gpt2", "models--gpt2" })
        {
            var snapshots = Path.Combine(home, "hub", model, "snapshots");
            var file = Directory.Exists(snapshots)
                ? Directory.EnumerateFiles(snapshots, "tokenizer.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()
                : null;
            if (file is not null)
                return Tokenizer.Load(file);
        }
        return null;
    }
}
