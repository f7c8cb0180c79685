using System.Globalization;
using System.Text.Json;
using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Problems;

/// <summary>
/// Problems as JSON: <c>{"question", "answer"}</c>, <c>{"messages": [{"role", "content"}, …], "answer"}</c>, or SVAMP's
/// <c>{"Body", "Question", "Answer"}</c>, each with an optional <c>"kind"</c>. Other keys are passed over.
/// </summary>
/// <remarks>
/// The answer is text, a number (51.0 is read as 51), or an object or a list for graders that read one, kept as its JSON text. Of a worked
/// answer as GSM8K has them, whose last line is <c>#### 18</c>, what follows the mark is the answer.
/// </remarks>
internal static class ProblemJson
{
    private const string Mark = "####";

    /// <summary>Reads a problem from JSON text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="kind">The kind of a problem that names none.</param>
    /// <param name="where">What messages call the place.</param>
    /// <exception cref="InvalidDataException">It is no problem.</exception>
    public static Problem Parse(ReadOnlyMemory<byte> utf8, string kind, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement, kind, where);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{where}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads a problem from a JSON element.</summary>
    /// <exception cref="InvalidDataException">It is no problem.</exception>
    public static Problem Read(JsonElement json, string kind, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{where}: a problem is a JSON object, not {Describe(json)}");
        try
        {
            return new Problem(
                Text(json, "kind", where) ?? (json.TryGetProperty("Body", out _) ? Text(json, "Type", where) : null) ?? kind,
                Messages(json, where),
                Answer(json, where));
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{where}: a string holds half a surrogate pair, or bytes that are not UTF-8", e);
        }
    }

    private static IReadOnlyList<ChatMessage> Messages(JsonElement json, string where)
    {
        if (!json.TryGetProperty("messages", out _))
            return [new ChatMessage(ChatRole.User, Question(json, where))];
        IReadOnlyList<ChatMessage> messages;
        try
        {
            messages = ChatJson.Parse(json);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{where}: {e.Message}", e);
        }
        return messages switch
        {
            [] => throw new InvalidDataException($"{where}: \"messages\" is empty"),
            [.., { Role: ChatRole.User }] => messages,
            [.., var last] => throw new InvalidDataException($"{where}: the last message is of the role {last.Role}; a problem ends where the user has asked"),
        };
    }

    private static string Question(JsonElement json, string where)
    {
        var question = Text(json, "question", where) ?? Text(json, "Question", where);
        if (question is null)
        {
            var keys = string.Join(", ", json.EnumerateObject().Select(property => property.Name));
            throw new InvalidDataException($"{where}: neither \"question\" nor \"messages\" is there, only {(keys.Length > 0 ? keys : "an empty object")}");
        }
        // SVAMP's bodies often lack their full stop.
        if (Text(json, "Body", where)?.Trim() is { Length: > 0 } body)
            question = $"{body}{(char.IsLetterOrDigit(body[^1]) ? "." : "")} {question.Trim()}";
        return string.IsNullOrWhiteSpace(question) ? throw new InvalidDataException($"{where}: the question is empty") : question;
    }

    private static string Answer(JsonElement json, string where)
    {
        if (!json.TryGetProperty("answer", out var answer) && !json.TryGetProperty("Answer", out answer))
            throw new InvalidDataException($"{where}: no \"answer\"; write \"\" where the graders need none");
        switch (answer.ValueKind)
        {
            case JsonValueKind.String:
                var text = answer.GetString()!;
                var lastLine = text.AsSpan().TrimEnd()[(text.AsSpan().TrimEnd().LastIndexOf('\n') + 1)..];
                return lastLine.StartsWith(Mark, StringComparison.Ordinal) ? lastLine[Mark.Length..].Trim().ToString() : text;
            case JsonValueKind.Number:
                return answer.TryGetDecimal(out var number)
                    ? number.ToString("0.############################", CultureInfo.InvariantCulture)
                    : answer.GetRawText();
            case JsonValueKind.Object or JsonValueKind.Array:
                return answer.GetRawText();
            default:
                throw new InvalidDataException($"{where}: the answer is {Describe(answer)}, not text or a number");
        }
    }

    private static string? Text(JsonElement json, string key, string where) =>
        !json.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new InvalidDataException($"{where}: \"{key}\" is {Describe(value)}, not text");

    private static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
