using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Mindwright.Testing;

namespace Mindwright.Tokens.Tests;

/// <summary>
/// The official implementations, asked through node: <c>npm ci</c> in <c>tests/oracles</c> installs them. Without them these tests are skipped.
/// </summary>
public class OracleTests
{
    private const int Strings = 300_000;
    private static readonly string s_oracles = Path.Combine(TestData.RepositoryRoot, "tests", "oracles");

    [Theory]
    [InlineData("cl100k_base")]
    [InlineData("o200k_base")]
    [InlineData("r50k_base")]
    public void Random_strings_give_the_ids_of_tiktoken(string encoding) =>
        AssertSame(Load($"tokenizers/tiktoken/{encoding}.tiktoken"), allowAll: false, RandomStrings(encoding.Length), "tiktoken", encoding);

    [Theory]
    [InlineData("tokenizers/hf/gpt2/tokenizer.json.gz")]
    [InlineData("tokenizers/hf/mistral_nemo/tokenizer.json.gz")]
    [InlineData("tokenizers/hf/qwen3/tokenizer.json.gz")]
    [InlineData("tokenizers/hf/mistral_7b/tokenizer.json.gz")]
    [InlineData("restricted/tokenizers/llama2/tokenizer.json.gz")]
    [InlineData("restricted/tokenizers/llama3/tokenizer.json.gz")]
    public void Random_strings_give_the_ids_of_Hugging_Face(string file) =>
        AssertSame(Load(file), allowAll: true, RandomStrings(file.Length), "tokenizers", TestData.PathOrSkip(file));

    [Theory]
    [InlineData("cl100k_base")]
    [InlineData("o200k_base")]
    public void Every_code_point_alone_and_among_letters_gives_the_ids_of_tiktoken(string encoding)
    {
        var alone = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(c => new Rune(c).ToString());
        AssertSame(
            Load($"tokenizers/tiktoken/{encoding}.tiktoken"), allowAll: false,
            alone.Concat(alone.Chunk(8).Select(c => string.Concat(c.Select(r => $"x{r}Y{r} ")))), "tiktoken", encoding);
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("o200k")]
    [InlineData("gpt2")]
    public void What_is_trained_and_saved_here_gives_the_same_ids_in_Hugging_Face(string pattern)
    {
        using var folder = new TempFolder();
        var random = new Random(5);
        var tokenizer = BpeTrainer.Train(
            Enumerable.Range(0, 3000).Select(_ => RandomText.Next(random)),
            new BpeTrainingOptions { VocabularySize = 1500, Pattern = pattern, SpecialTokens = ["<|endoftext|>", "<|im_start|>", "[INST]"] },
            TestContext.Current.CancellationToken);
        tokenizer.Save(folder.Path);
        AssertSame(tokenizer, allowAll: true, RandomStrings(6).Take(30_000), "tokenizers", folder["tokenizer.json"]);
    }

    [Fact]
    public void Added_tokens_take_white_space_and_keep_off_words_as_in_Hugging_Face()
    {
        using var folder = new TempFolder();
        var random = new Random(7);
        string[] contents = ["<left>", "<right>", "<both>", "word", "<one>", "<lower>", "<plain>"];
        BpeTrainer.Train(
            Enumerable.Range(0, 3000).Select(_ => RandomText.Next(random)),
            new BpeTrainingOptions { VocabularySize = 1000, SpecialTokens = contents }, TestContext.Current.CancellationToken).Save(folder.Path);
        var json = JsonNode.Parse(File.ReadAllBytes(folder["tokenizer.json"]))!;
        foreach (var token in json["added_tokens"]!.AsArray())
        {
            var content = (string)token!["content"]!;
            token["lstrip"] = content is "<left>" or "<both>";
            token["rstrip"] = content is "<right>" or "<both>" or "<one>";
            token["single_word"] = content is "word" or "<one>";
            token["normalized"] = content is "<lower>";
        }
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        string[] between = [" ", "\n", "\u00a0 ", "\u3000", "a", "_", "1", "½", "Ⓐ", "é", "\u0301", "-", "\u200d", "<", ""];
        var texts = Enumerable.Range(0, 30_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => between[random.Next(between.Length)])) + contents[random.Next(contents.Length)]))
            + between[random.Next(between.Length)]);
        AssertSame(Tokenizer.Load(folder.Path), allowAll: true, texts, "tokenizers", folder["tokenizer.json"]);
    }

    private static IEnumerable<string> RandomStrings(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Strings; i++)
            yield return RandomText.Next(random);
    }

    private static Tokenizer Load(string file) => Tokenizer.Load(TestData.PathOrSkip(file));

    private static void AssertSame(Tokenizer tokenizer, bool allowAll, IEnumerable<string> texts, string library, string name)
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(s_oracles, "node_modules", library)), $"needs the npm package {library} (npm ci in tests/oracles)");
        using var folder = new TempFolder();
        var all = texts.ToList();
        File.WriteAllLines(folder["texts.jsonl"], all.Select(t => Json(t)));
        using (var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(s_oracles, "encode.mjs"), library, name, folder["texts.jsonl"], folder["ids.jsonl"]])
        {
            RedirectStandardError = true,
        })!)
        {
            var errors = node.StandardError.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, errors);
        }
        var wrong = new List<string>();
        var at = 0;
        foreach (var line in File.ReadLines(folder["ids.jsonl"]))
        {
            var text = all[at++];
            var ids = string.Join(',', allowAll ? tokenizer.Encode(text, tokenizer.AllowAll) : tokenizer.Encode(text));
            if (ids != line[1..^1])
                wrong.Add($"{Json(text)}\n  expected {line[1..^1]}\n  got      {ids}");
        }
        Assert.Equal(all.Count, at);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {all.Count} differ:\n{string.Join('\n', wrong.OrderBy(w => w.Length).Take(8))}");
    }

    // Lone surrogates must reach the other side: everything but ASCII is written as \uXXXX.
    private static string Json(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' or '"' or '\\')
                json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                json.Append(c);
        }
        return json.Append('"').ToString();
    }
}
