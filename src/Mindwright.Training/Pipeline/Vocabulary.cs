using System.Diagnostics;
using System.Text;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Pipeline;

/// <summary>What the vocabulary reached on text that it was not learned from.</summary>
/// <param name="Vocabulary">Token ids.</param>
/// <param name="BytesPerToken">UTF-8 bytes that a token stands for; plain bytes would be 1.</param>
/// <param name="Gpt2BytesPerToken">The same of GPT-2's 50,257 tokens, where its tokenizer is on this machine.</param>
/// <param name="Seconds">Time to learn it.</param>
public sealed record VocabularyResult(int Vocabulary, double BytesPerToken, double? Gpt2BytesPerToken, double Seconds);

/// <summary>The vocabulary of a run: byte-level BPE learned from its text, kept in the run's <c>tokenizer/</c>.</summary>
public static class Vocabulary
{
    /// <summary>Learns the vocabulary, or takes the one that the run has.</summary>
    public static (Tokenizer Tokenizer, VocabularyResult Result) Run(StageContext context, Material material)
    {
        const string name = "tokenizer";
        var folder = context.Run["tokenizer"];
        if (Directory.Exists(folder) && context.Run.Result<VocabularyResult>(name) is { } known)
            return (Tokenizer.Load(folder), known);
        context.Progress.StageStarted(new StageInfo(name, context.Number, context.Of, 0));
        var clock = Stopwatch.StartNew();
        var options = new BpeTrainingOptions
        {
            VocabularySize = context.Recipe.Tokenizer.Vocabulary,
            Pattern = context.Recipe.Tokenizer.Pattern,
            SpecialTokens = ChatFormat.SpecialTokens,
        };
        // Token shards come with their vocabulary.
        var tokenizer = material.Shards is { } shards ? Tokenizer.Load(shards) : BpeTrainer.Train(material.Learned, options, context.Cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        Runs.AtomicFolder.Write(folder, unfinished => tokenizer.Save(unfinished, ChatFormat.Template));
        var gpt2 = Gpt2() is { } other ? BytesPerToken(other, material.HeldOut) : (double?)null;
        var result = new VocabularyResult(tokenizer.VocabularySize, BytesPerToken(tokenizer, material.HeldOut), gpt2, seconds);
        context.Run.WriteResult(name, result);
        var figures = new Dictionary<string, double> { ["vocabulary"] = result.Vocabulary, ["bytes_per_token"] = result.BytesPerToken };
        if (gpt2 is { } figure)
            figures["gpt2_bytes_per_token"] = figure;
        context.Progress.StageFinished(name, figures);
        return (tokenizer, result);
    }

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
