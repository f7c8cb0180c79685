using System.Text.Json;

namespace Mindwright.Data;

/// <summary>Reads examples for the quality classifier.</summary>
internal static class LabeledTexts
{
    /// <summary>Reads JSON Lines with <c>text</c> and <c>label</c> (0, 1, false or true).</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="FileNotFoundException">A path does not exist, or matches no file.</exception>
    /// <exception cref="InvalidDataException">A line has another form.</exception>
    public static IReadOnlyList<LabeledText> Read(IEnumerable<string> paths, CancellationToken cancellation = default)
    {
        var examples = new List<LabeledText>();
        foreach (var file in Corpus.Files(paths))
        {
            using var reader = new StreamReader(Corpus.Open(file));
            for (var number = 1; reader.ReadLine() is { } line; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!string.IsNullOrWhiteSpace(line))
                    examples.Add(Parse(line) ?? throw new InvalidDataException($"{file}:{number}: an example is {{\"text\": …, \"label\": 0 or 1}}"));
            }
        }
        return examples;
    }

    private static LabeledText? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("text", out var text) || text.ValueKind != JsonValueKind.String
                || !json.RootElement.TryGetProperty("label", out var label))
                return null;
            return label.ValueKind switch
            {
                JsonValueKind.True => new LabeledText(text.GetString()!, true),
                JsonValueKind.False => new LabeledText(text.GetString()!, false),
                JsonValueKind.Number when label.TryGetDouble(out var value) && value is 0 or 1 => new LabeledText(text.GetString()!, value == 1),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
