using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mindwright.Data;

/// <summary>JSON Lines: an object a line, with the text in a property, or with the messages of a conversation.</summary>
internal static class JsonLinesReader
{
    public static IEnumerable<Document> Read(Stream stream, ReadContext context)
    {
        var lines = new ByteRecords(stream, "\n"u8.ToArray(), context.Options.MaxRecordBytes);
        while (TryRead(lines, context, out var text))
            if (!string.IsNullOrWhiteSpace(text))
                yield return context.Document(text, lines.Number);
    }

    private static bool TryRead(ByteRecords lines, ReadContext context, out string? text)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        text = null;
        if (!lines.TryRead(out var line))
            return false;
        if (lines.TooLong)
            context.Bad(lines.Number, $"a line longer than {context.Options.MaxRecordBytes} bytes");
        else if (lines.Number == 1 && line.StartsWith("\uFEFF"u8))
            text = Parse(line[3..], lines, context);
        else if (line.TrimEnd(" \t\r"u8).Length > 0)
            text = Parse(line, lines, context);
        return true;
    }

    private static string? Parse(ReadOnlySpan<byte> line, ByteRecords lines, ReadContext context)
    {
        try
        {
            return TextOf(line, context.Columns) ?? Missing(line, lines, context);
        }
        catch (JsonException e)
        {
            // For a binary or wrongly encoded file the other message says more.
            if (context.Decode(line, lines.Number, lines.Offset) is not null)
                context.Bad(lines.Number, $"not JSON: {Shorten(e.Message)}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // What the JSON reader throws for a string that is not Unicode: bad UTF-8, or half of a surrogate pair.
            if (context.Decode(line, lines.Number, lines.Offset) is not null)
                context.Bad(lines.Number, "a string with an unpaired surrogate");
            return null;
        }
    }

    /// <summary>The text of one JSON object, or null where none of the columns holds any.</summary>
    /// <exception cref="JsonException">The line is no JSON object.</exception>
    internal static string? TextOf(ReadOnlySpan<byte> line, IReadOnlyList<string> columns)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
        string? best = null;
        var bestRank = columns.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var rank = RankOf(ref reader, columns, bestRank);
            reader.Read();
            var value = rank < bestRank ? Value(ref reader) : null;
            if (value is null)
                reader.Skip();
            else
                (best, bestRank) = (value, rank);
        }
        if (reader.Read())
            throw new JsonException("more than one object");
        return best;
    }

    private static int RankOf(ref Utf8JsonReader reader, IReadOnlyList<string> columns, int below)
    {
        for (var i = 0; i < below; i++)
            if (reader.ValueTextEquals(columns[i]))
                return i;
        return columns.Count;
    }

    private static string? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.StartArray => Conversation(JsonElement.ParseValue(ref reader)),
        _ => null,
    };

    /// <summary>
    /// A list of <c>{role, content}</c> (or <c>{from, value}</c>) as text, a paragraph a message. For pre-training only:
    /// fine-tuning builds conversations from token ids, where content cannot forge a turn.
    /// </summary>
    private static string? Conversation(JsonElement messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
                return null;
            var role = Get(message, "role") ?? Get(message, "from");
            var content = Get(message, "content") ?? Get(message, "value");
            if (role is null || content is null)
                continue;
            if (text.Length > 0)
                text.Append("\n\n");
            text.Append(CultureInfo.InvariantCulture, $"{role}: {content}");
        }
        return text.ToString();
    }

    private static string? Get(JsonElement message, string name)
    {
        if (!message.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        if (value.ValueKind != JsonValueKind.Array)
            return null;
        // Content in parts: [{"type": "text", "text": …}, …].
        return string.Concat(value.EnumerateArray()
            .Where(part => part.ValueKind == JsonValueKind.Object)
            .Select(part => Get(part, "text")));
    }

    private static string? Missing(ReadOnlySpan<byte> line, ByteRecords lines, ReadContext context)
    {
        using var json = JsonDocument.Parse(line.ToArray());
        context.Bad(lines.Number, context.NoColumn(json.RootElement.EnumerateObject().Select(property => property.Name)));
        return null;
    }

    private static string Shorten(string message) => message.Split(" LineNumber", 2)[0];
}
