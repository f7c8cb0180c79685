using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mindwright.Evaluation.Tasks;

/// <summary>Reads questions with choices from the formats in which the field publishes them, distinguished by their keys.</summary>
internal static partial class ChoiceFormats
{
    private const string Letters = "ABCDEFGHIJ";

    /// <summary>All questions of a file.</summary>
    /// <exception cref="InvalidDataException">An item has none of the known shapes.</exception>
    public static ChoiceItem[] Read(DataFile file) => file.Select(item => item switch
    {
        _ when item.Has("query", "choices", "gold") => Gauntlet(item),
        _ when item.Has("context_options", "continuation", "gold") => Schema(item),
        _ when item.Has("goal", "sol1", "sol2", "label") => Piqa(item),
        _ when item.Has("sentence", "option1", "option2", "answer") => WinoGrande(item),
        _ when item.Has("ctx_a", "ctx_b", "endings", "label") => HellaSwag(item),
        _ when item.Has("question", "options", "correct") => Aqua(item),
        _ when item.Has("Question", "Best Answer", "Incorrect Answers") => TruthfulQa(item),
        _ => throw new FormatException("none of the known shapes of a question with choices"),
    });

    /// <summary>
    /// MMLU with solved examples of the same subject before each question (Hendrycks et al. 2021); the letters are the choices.
    /// </summary>
    /// <param name="questions">Questions to ask.</param>
    /// <param name="examples">Questions of which the examples are taken, in their order.</param>
    /// <param name="shots">Examples before each question.</param>
    public static ChoiceItem[] Mmlu(DataFile questions, DataFile examples, int shots)
    {
        var solved = examples.Items.Where(item => item.Has("split", "subject", "answer") && item.Text("split") == "dev")
            .GroupBy(item => item.Text("subject"))
            .ToDictionary(group => group.Key, group => string.Concat(group.Take(shots).Select(item => MmluQuestion(item) + " " + Letters[item.Int("answer")] + "\n\n")));
        return [.. questions.Select(item =>
        {
            var subject = item.Text("subject");
            var header = $"The following are multiple choice questions (with answers) about {subject.Replace('_', ' ')}.\n\n";
            var context = header + solved.GetValueOrDefault(subject) + MmluQuestion(item);
            return Same(context, item.Texts("choices").Select((_, i) => " " + Letters[i]), item.Int("answer"), subject);
        })];
    }

    private static string MmluQuestion(JsonElement item) =>
        item.Text("question").Trim() + "\n" + string.Concat(item.Texts("choices").Select((choice, i) => $"{Letters[i]}. {choice}\n")) + "Answer:";

    private static ChoiceItem Gauntlet(JsonElement item)
    {
        var query = item.Text("query").TrimEnd();
        var asks = query.StartsWith("Question:", StringComparison.Ordinal) || query.StartsWith("Passage:", StringComparison.Ordinal);
        if (asks && !query.EndsWith("Answer:", StringComparison.Ordinal))
            query += "\nAnswer:";
        return Same(query, item.Texts("choices").Select(choice => " " + choice), item.Int("gold"));
    }

    private static ChoiceItem Schema(JsonElement item) =>
        new([.. item.Texts("context_options").Select(context => (context, " " + item.Text("continuation")))], item.Int("gold"));

    private static ChoiceItem Piqa(JsonElement item) =>
        Same($"Question: {item.Text("goal")}\nAnswer:", [" " + item.Text("sol1"), " " + item.Text("sol2")], item.Int("label"));

    /// <summary>The blank is filled by each option; what follows it is rated (Trinh and Le 2018, partial scoring).</summary>
    private static ChoiceItem WinoGrande(JsonElement item)
    {
        var sentence = item.Text("sentence");
        var blank = sentence.IndexOf('_', StringComparison.Ordinal);
        if (blank < 0)
            throw new FormatException("a sentence without a blank");
        return new(
            [(sentence[..blank] + item.Text("option1"), sentence[(blank + 1)..]), (sentence[..blank] + item.Text("option2"), sentence[(blank + 1)..])],
            int.Parse(item.Text("answer"), CultureInfo.InvariantCulture) - 1);
    }

    private static ChoiceItem HellaSwag(JsonElement item)
    {
        var second = item.Text("ctx_b");
        var context = item.Text("ctx_a") + (second.Length == 0 ? "" : " " + char.ToUpperInvariant(second[0]) + second[1..]);
        var label = item.Get("label").ValueKind == JsonValueKind.Number ? item.Int("label") : int.Parse(item.Text("label"), CultureInfo.InvariantCulture);
        return Same(
            WithoutBrackets($"{(item.Has("activity_label") ? item.Text("activity_label") + ": " : "")}{context}"),
            item.Texts("endings").Select(ending => " " + WithoutBrackets(ending)), label);
    }

    private static ChoiceItem Aqua(JsonElement item)
    {
        var options = item.Texts("options");
        return Same(
            $"Question: {item.Text("question").Trim()}\n{string.Join('\n', options)}\nAnswer:",
            options.Select((_, i) => " " + Letters[i]), Letters.IndexOf(item.Text("correct")[0], StringComparison.Ordinal));
    }

    /// <summary>The best answer against the incorrect ones, as in TruthfulQA's MC1 (Lin et al. 2022).</summary>
    private static ChoiceItem TruthfulQa(JsonElement item) => Same(
        $"Q: {item.Text("Question")}\nA:",
        item.Text("Incorrect Answers").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Prepend(item.Text("Best Answer").Trim()).Select(answer => " " + answer), gold: 0);

    private static ChoiceItem Same(string context, IEnumerable<string> continuations, int gold, string? group = null)
    {
        (string, string)[] options = [.. continuations.Select(continuation => (context, continuation))];
        return gold >= 0 && gold < options.Length ? new(options, gold, group) : throw new FormatException($"answer {gold} of {options.Length}");
    }

    /// <summary>WikiHow texts carry marks such as [header] and [title].</summary>
    private static string WithoutBrackets(string text) =>
        Brackets().Replace(text.Replace(" [title]", ". ", StringComparison.Ordinal), "").Replace("  ", " ", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Brackets();
}
