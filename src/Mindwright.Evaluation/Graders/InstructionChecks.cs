using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// Instructions whose fulfilment a program can check (Zhou et al. 2023, "Instruction-Following Evaluation for Large Language
/// Models", table 1), by the identifiers of that dataset.
/// </summary>
internal static partial class InstructionChecks
{
    private static readonly string[] Options = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

    /// <summary>Whether an answer follows an instruction.</summary>
    /// <param name="instruction">Identifier, such as <c>length_constraints:number_words</c>.</param>
    /// <param name="arguments">Its arguments by the dataset's names.</param>
    /// <param name="answer">What the model wrote.</param>
    /// <returns>Null where no check is known: an unknown identifier, or a language that its script alone does not show.</returns>
    public static bool? Follows(string instruction, JsonElement arguments, string answer)
    {
        string Text(string key) => arguments.Text(key);
        int Int(string key) => (int)arguments.Get(key).GetDouble();
        bool Compare(string relation, int count, int bound) => Text(relation) == "less than" ? count < bound : count >= bound;
        int Occurrences(string keyword) => Regex.Count(answer, Regex.Escape(keyword), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        switch (instruction[(instruction.IndexOf(':', StringComparison.Ordinal) + 1)..])
        {
            case "no_comma": return !answer.Contains(',', StringComparison.Ordinal);
            case "number_words": return Compare("relation", Word().Count(answer), Int("num_words"));
            case "number_sentences": return Compare("relation", Sentence().Count(answer.Trim()), Int("num_sentences"));
            case "number_paragraphs": return Parts(answer, "***").Length == Int("num_paragraphs");
            case "nth_paragraph_first_word": return FirstWord(answer, Int("num_paragraphs"), Int("nth_paragraph"), Text("first_word"));
            case "quotation": return answer.Trim() is ['"', .., '"'];
            case "end_checker": return answer.Trim().Trim('"').EndsWith(Text("end_phrase").Trim(), StringComparison.OrdinalIgnoreCase);
            case "forbidden_words": return arguments.Texts("forbidden_words").All(word => !ContainsWord(answer, word));
            case "existence": return arguments.Texts("keywords").All(word => Occurrences(word) > 0);
            case "frequency": return Compare("relation", Occurrences(Text("keyword")), Int("frequency"));
            case "letter_frequency":
                var letter = char.ToLowerInvariant(Text("letter")[0]);
                return Compare("let_relation", answer.ToLowerInvariant().Count(c => c == letter), Int("let_frequency"));
            case "response_language": return InLanguage(answer, Text("language"));
            case "repeat_prompt": return answer.Trim().StartsWith(Text("prompt_to_repeat").Trim(), StringComparison.OrdinalIgnoreCase);
            case "two_responses": return Parts(answer, "******") is [var first, var second] && first != second;
            case "number_highlighted_sections": return Highlight().Matches(answer).Count(match => match.Value.Trim('*', ' ').Length > 0) >= Int("num_highlights");
            case "title": return Title().Matches(answer).Any(match => match.Groups[1].Value.Trim('<', '>', ' ').Length > 0);
            case "multiple_sections": return Regex.Count(answer, $@"\s?{Regex.Escape(Text("section_spliter"))}\s?\d+\s?") >= Int("num_sections");
            case "number_bullet_lists": return Bullet().Count(answer) == Int("num_bullets");
            case "json_format": return IsJson(answer);
            case "constrained_response":
                return Options.Any(option => answer.Contains(option, StringComparison.Ordinal));
            case "number_placeholders": return Placeholder().Count(answer) >= Int("num_placeholders");
            case "postscript": return HasPostscript(answer, Text("postscript_marker"));
            case "english_lowercase": return answer.Any(char.IsLetter) && !answer.Any(char.IsUpper);
            case "english_capital": return answer.Any(char.IsLetter) && !answer.Any(char.IsLower);
            case "capital_word_frequency":
                return Compare("capital_relation", Word().Matches(answer).Count(word => word.Value.Any(char.IsLetter) && !word.Value.Any(char.IsLower)), Int("capital_frequency"));
            default: return null;
        }
    }

    /// <summary>
    /// The answer and the same without its first line, its last line, both, and asterisks: the paper's loose reading, which
    /// forgives an introduction or a farewell.
    /// </summary>
    public static IEnumerable<string> LooseReadings(string answer)
    {
        var lines = answer.Split('\n');
        foreach (var text in new[] { answer, Lines(1, 0), Lines(0, 1), Lines(1, 1) })
        {
            yield return text;
            yield return text.Replace("*", "", StringComparison.Ordinal);
        }

        string Lines(int from, int drop) => string.Join('\n', lines.Skip(from).SkipLast(drop)).Trim();
    }

    private static string[] Parts(string text, string separator) =>
        [.. text.Split(separator).Select(part => part.Trim()).Where(part => part.Length > 0)];

    private static bool FirstWord(string answer, int paragraphs, int nth, string word)
    {
        var parts = Parts(answer, "\n\n");
        return parts.Length == paragraphs && nth >= 1 && nth <= parts.Length
            && string.Equals(Word().Match(parts[nth - 1]).Value, word, StringComparison.OrdinalIgnoreCase);
    }

    private static bool ContainsWord(string text, string word) =>
        Regex.IsMatch(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static bool HasPostscript(string answer, string marker)
    {
        // "P.S." and "P.P.S" also with spaces and without full stops.
        var pattern = marker is "P.S." or "P.P.S" ? string.Join(@"\.?\s*", marker.Where(char.IsLetter)) : Regex.Escape(marker);
        return Regex.IsMatch(answer, @"\s*" + pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    private static bool IsJson(string answer)
    {
        var text = Fence().Replace(answer.Trim(), "").Trim();
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Most letters are of the script that the language is written in; null where that script serves many languages.</summary>
    private static bool? InLanguage(string answer, string language)
    {
        (int From, int To)[] ranges = language switch
        {
            "ar" or "fa" or "ur" => [(0x600, 0x6FF)],
            "bn" => [(0x980, 0x9FF)],
            "el" => [(0x370, 0x3FF)],
            "gu" => [(0xA80, 0xAFF)],
            "he" => [(0x590, 0x5FF)],
            "hi" or "mr" or "ne" => [(0x900, 0x97F)],
            "ja" => [(0x3040, 0x30FF), (0x4E00, 0x9FFF)],
            "kn" => [(0xC80, 0xCFF)],
            "ko" => [(0xAC00, 0xD7AF)],
            "ml" => [(0xD00, 0xD7F)],
            "pa" => [(0xA00, 0xA7F)],
            "ru" or "bg" or "uk" => [(0x400, 0x4FF)],
            "ta" => [(0xB80, 0xBFF)],
            "te" => [(0xC00, 0xC7F)],
            "th" => [(0xE00, 0xE7F)],
            "zh" => [(0x4E00, 0x9FFF)],
            _ => [],
        };
        var letters = answer.EnumerateRunes().Where(Rune.IsLetter).ToArray();
        return ranges.Length == 0 ? null
            : letters.Length > 0 && letters.Count(rune => ranges.Any(range => rune.Value >= range.From && rune.Value <= range.To)) * 2 > letters.Length;
    }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"[^.!?]+(?:[.!?]+(?=\s|$|[""')\]])|$)")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\*[^\n*]*\*")]
    private static partial Regex Highlight();

    [GeneratedRegex(@"<<([^\n]+)>>")]
    private static partial Regex Title();

    [GeneratedRegex(@"^\s*(?:\*[^*\n]|-).*$", RegexOptions.Multiline)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^```(?:json|JSON|Json)?|```$")]
    private static partial Regex Fence();
}
