using System.Text;
using System.Text.Json;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Formats;

/// <summary>GPT-2's two files: <c>vocab.json</c> (or <c>encoder.json</c>), token to id, and <c>merges.txt</c> (or <c>vocab.bpe</c>), a merge a line.</summary>
internal static class Gpt2Files
{
    private static readonly string[] s_mergeNames = ["merges.txt", "vocab.bpe"];

    public static Tokenizer Read(JsonElement vocabulary, string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var mergesFile = s_mergeNames.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{file} is a GPT-2 vocabulary, but neither {string.Join(" nor ", s_mergeNames)} lies beside it");
        var builder = new BpeBuilder(ByteAlphabet.ToBytes);
        foreach (var entry in vocabulary.EnumerateObject())
            builder.AddToken(entry.Name, entry.Value.GetInt32());
        // What is no merge and has none is special, such as <|endoftext|>.
        List<AddedToken> added = [.. vocabulary.EnumerateObject().Where(e => e.Name.StartsWith("<|", StringComparison.Ordinal) && e.Name.EndsWith("|>", StringComparison.Ordinal))
            .Select(e => new AddedToken(e.Value.GetInt32(), e.Name) { IsSpecial = true })];
        var line = 0;
        foreach (var merge in File.ReadLines(mergesFile, Encoding.UTF8))
        {
            line++;
            if (merge.Length == 0 || (line == 1 && merge.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (merge.Split(' ') is not [var left, var right])
                throw new InvalidDataException($"{mergesFile}, line {line}: expected two tokens and a space between them");
            builder.AddMerge(left, right);
        }
        return new Tokenizer(TokenizerParts.ByteLevel(builder.Tokens, builder.Merges(), ignoreMerges: false, added, KnownPatterns.Gpt2));
    }
}

/// <summary>Collects a vocabulary and merges that are given by text.</summary>
/// <param name="toBytes">What a token's text stands for in a piece.</param>
internal sealed class BpeBuilder(Func<string, byte[]?> toBytes)
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<Merge> _merges = [];

    /// <summary>The tokens' bytes by id.</summary>
    public List<byte[]?> Tokens { get; } = [];

    public IReadOnlyDictionary<string, int> Ids => _ids;

    public void AddToken(string text, int id)
    {
        if (id is < 0 or >= Vocabulary.MaxSize)
            throw new InvalidDataException($"the token '{text}' has the id {id}, which is out of range");
        _ids[text] = id;
        while (Tokens.Count <= id)
            Tokens.Add(null);
        Tokens[id] = toBytes(text);
    }

    public void AddMerge(string left, string right)
    {
        if (!_ids.TryGetValue(left, out var leftId) || !_ids.TryGetValue(right, out var rightId) || !_ids.TryGetValue(left + right, out var result))
            throw new InvalidDataException($"the merge '{left} {right}' names a token that the vocabulary lacks");
        _merges.Add(new Merge(leftId, rightId, _merges.Count, result));
    }

    public MergeTable Merges() => new(_merges);
}
