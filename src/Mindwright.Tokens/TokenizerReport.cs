using System.Text;
using Mindwright.Tokens.Bpe;

namespace Mindwright.Tokens;

/// <summary>One merge of a vocabulary.</summary>
/// <param name="Left">The text of the left token.</param>
/// <param name="Right">The text of the right token.</param>
/// <param name="Id">The id of the token that they become.</param>
public sealed record MergeStep(string Left, string Right, int Id);

/// <summary>How a tokenizer fares on a text.</summary>
/// <param name="Bytes">Bytes of the text.</param>
/// <param name="Tokens">Tokens that it takes.</param>
/// <param name="BytesPerToken">Bytes a token: more is better.</param>
/// <param name="TokensPerWord">Fertility: tokens a word, words being what white space separates.</param>
/// <param name="TokensUsed">Distinct tokens that occur.</param>
public sealed record Fertility(long Bytes, long Tokens, double BytesPerToken, double TokensPerWord, int TokensUsed)
{
    /// <summary>Measures it.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The text, UTF-8.</param>
    public static Fertility Of(Tokenizer tokenizer, byte[] text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        var ids = tokenizer.EncodeParallel(text);
        var words = Encoding.UTF8.GetString(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return new Fertility(
            text.Length, ids.Length, ids.Length == 0 ? 0 : (double)text.Length / ids.Length, words == 0 ? 0 : (double)ids.Length / words, ids.Distinct().Count());
    }
}

/// <summary>What a tokenizer is like.</summary>
/// <param name="VocabularySize">The highest id + 1.</param>
/// <param name="SpecialTokens">Number of added tokens.</param>
/// <param name="Pattern">The pre-tokenization pattern, if it has one.</param>
/// <param name="Merges">Merges in the order in which they were learned, up to the requested number.</param>
/// <param name="LongestTokens">The longest tokens, the longest first.</param>
/// <param name="TokensByScript">Number of tokens by the script of their first letter; <c>bytes</c> are parts of characters.</param>
/// <param name="Fertility">How it fares on a text, if one was given.</param>
public sealed record TokenizerReport(
    int VocabularySize,
    int SpecialTokens,
    string? Pattern,
    IReadOnlyList<MergeStep> Merges,
    IReadOnlyList<string> LongestTokens,
    IReadOnlyDictionary<string, int> TokensByScript,
    Fertility? Fertility)
{
    /// <summary>Looks at a tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">A text to measure it on, or null. Compare tokenizers by their reports on the same text.</param>
    /// <param name="most">How many merges and long tokens to list.</param>
    public static TokenizerReport Of(Tokenizer tokenizer, byte[]? text = null, int most = 20)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var special = tokenizer.AddedTokens.Select(t => t.Id).ToHashSet();
        var ordinary = Enumerable.Range(0, tokenizer.VocabularySize).Where(id => !special.Contains(id) && !tokenizer.TokenBytes(id).IsEmpty).ToArray();
        return new TokenizerReport(
            tokenizer.VocabularySize,
            special.Count,
            tokenizer.Pattern,
            tokenizer.Parts.Model is BpeModel model
                ? [.. model.Merges.InOrder().Take(most).Select(m => new MergeStep(tokenizer.Decode([m.Left]), tokenizer.Decode([m.Right]), m.Result))]
                : [],
            [.. ordinary.OrderByDescending(id => tokenizer.TokenBytes(id).Length).ThenBy(id => id).Take(most).Select(id => Text(tokenizer, id))],
            new SortedDictionary<string, int>(
                ordinary.GroupBy(id => Scripts.Of(tokenizer.TokenBytes(id))).ToDictionary(g => g.Key, g => g.Count()), StringComparer.Ordinal),
            text is null ? null : Fertility.Of(tokenizer, text));
    }

    private static string Text(Tokenizer tokenizer, int id) => Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
}

/// <summary>The script of a token, by the blocks of its first letter: enough to see which languages a vocabulary serves.</summary>
internal static class Scripts
{
    public static string Of(ReadOnlySpan<byte> token)
    {
        var name = "symbols";
        while (!token.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(token, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return "bytes";
            token = token[length..];
            if (Rune.IsLetter(rune))
                return Of(rune.Value);
            if (Rune.IsNumber(rune))
                name = "numbers";
        }
        return name;
    }

    private static string Of(int letter) => letter switch
    {
        < 0x370 or (>= 0x1E00 and < 0x1F00) or (>= 0x2C60 and < 0x2C80) or (>= 0xFF21 and < 0xFF5B) => "Latin",
        < 0x400 or (>= 0x1F00 and < 0x2000) => "Greek",
        < 0x530 => "Cyrillic",
        < 0x590 => "Armenian",
        < 0x600 => "Hebrew",
        < 0x700 or (>= 0x750 and < 0x780) or (>= 0xFB50 and < 0xFE00) or (>= 0xFE70 and < 0xFF00) => "Arabic",
        >= 0x900 and < 0xE00 => "Indic",
        >= 0xE00 and < 0xE80 => "Thai",
        >= 0x10A0 and < 0x1100 => "Georgian",
        (>= 0x1100 and < 0x1200) or (>= 0xAC00 and < 0xD7B0) => "Hangul",
        >= 0x3040 and < 0x3100 => "Kana",
        (>= 0x3400 and < 0xA000) or (>= 0x20000 and < 0x33480) => "Han",
        _ => "other",
    };
}
