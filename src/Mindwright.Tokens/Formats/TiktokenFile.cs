using System.Buffers.Text;
using System.Globalization;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Formats;

/// <summary>
/// OpenAI's <c>.tiktoken</c> files: a line is a token in base64 and its rank. The file doesn't say which pattern and special
/// tokens belong to it; those of the published encodings are known by the file's name or by its number of tokens.
/// </summary>
internal static class TiktokenFile
{
    private static readonly Encoding[] s_encodings =
    [
        new("r50k", 50256, KnownPatterns.Gpt2, [("<|endoftext|>", 50256)]),
        new("gpt2", 50256, KnownPatterns.Gpt2, [("<|endoftext|>", 50256)]),
        new("p50k", 50280, KnownPatterns.Gpt2, [("<|endoftext|>", 50256)]),
        new("cl100k", 100256, KnownPatterns.Cl100k,
            [("<|endoftext|>", 100257), ("<|fim_prefix|>", 100258), ("<|fim_middle|>", 100259), ("<|fim_suffix|>", 100260), ("<|endofprompt|>", 100276)]),
        new("o200k", 199998, KnownPatterns.O200k, [("<|endoftext|>", 199999), ("<|endofprompt|>", 200018)]),
    ];

    /// <summary>Whether content looks like lines of base64 and numbers.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes)
    {
        var newline = bytes.IndexOf((byte)'\n');
        var line = newline < 0 ? bytes : bytes[..newline];
        var space = line.IndexOf((byte)' ');
        return space > 0 && line.Length < 10_000 && Base64.IsValid(line[..space]);
    }

    public static Tokenizer Read(ReadOnlySpan<byte> bytes, string file)
    {
        var tokens = ReadTokens(bytes, file);
        var name = Path.GetFileName(file);
        var count = tokens.Count(t => t is not null);
        var encoding = s_encodings.FirstOrDefault(e => name.Contains(e.Name, StringComparison.OrdinalIgnoreCase) && e.Count == count)
            ?? s_encodings.FirstOrDefault(e => e.Count == count)
            ?? throw new NotSupportedException($"{file} holds {count} tokens, which is none of the known encodings ({string.Join(", ", s_encodings.Select(e => e.Name))}), and the format doesn't name its pattern: convert it to tokenizer.json");
        return new Tokenizer(TokenizerParts.ByteLevel(
            tokens, MergesOf(tokens), ignoreMerges: true,
            [.. encoding.Specials.Select(s => new AddedToken(s.Id, s.Content) { IsSpecial = true })], encoding.PreTokenizer));
    }

    /// <summary>
    /// Tiktoken merges two neighbors whenever their joined bytes are a token, lowest rank first. But only one pair can ever
    /// make a given token: what is left of its own bytes once all merges of lower rank are done, for these happen in the
    /// same way in any text in which no merge crosses the token's ends. A token of which three parts or more are left is
    /// found whole or not at all.
    /// </summary>
    internal static MergeTable MergesOf(IReadOnlyList<byte[]?> tokens)
    {
        var ids = new int[256];
        for (var id = 0; id < tokens.Count; id++)
            if (tokens[id] is [var b])
                ids[b] = id;
        var merges = new MergeTable(tokens.Count);
        var parts = new int[tokens.Max(t => t?.Length ?? 0)];
        for (var id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is not { Length: > 1 } token)
                continue;
            for (var i = 0; i < token.Length; i++)
                parts[i] = ids[token[i]];
            if (BpeMerger.Apply(parts.AsSpan(0, token.Length), merges) == 2)
                merges.Add(new Merge(parts[0], parts[1], id, id));
        }
        return merges;
    }

    private static List<byte[]?> ReadTokens(ReadOnlySpan<byte> bytes, string file)
    {
        var tokens = new List<byte[]?>();
        var line = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            line++;
            var text = bytes[range].TrimEnd((byte)'\r');
            if (text.IsEmpty)
                continue;
            var space = text.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(text[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var rank) || rank >= Vocabulary.MaxSize)
                throw new InvalidDataException($"{file}, line {line}: expected a token in base64, a space and a rank");
            byte[] token;
            try
            {
                token = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(text[..space]));
            }
            catch (FormatException)
            {
                throw new InvalidDataException($"{file}, line {line}: the token is not base64");
            }
            while (tokens.Count <= rank)
                tokens.Add(null);
            if (tokens[rank] is not null)
                throw new InvalidDataException($"{file}, line {line}: rank {rank} occurs twice");
            tokens[rank] = token;
        }
        return tokens;
    }

    private sealed record Encoding(string Name, int Count, PreTokenizer PreTokenizer, (string Content, int Id)[] Specials);
}
