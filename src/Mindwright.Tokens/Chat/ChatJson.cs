using System.Text;
using System.Text.Json;
using Mindwright.Jinja;

namespace Mindwright.Tokens.Chat;

/// <summary>Conversations as JSON: the OpenAI messages format and ShareGPT's, in JSON lines or one JSON array.</summary>
/// <remarks>
/// A conversation is <c>{"messages": [{"role", "content"}, …]}</c>, the bare list of messages, or
/// <c>{"conversations": [{"from", "value"}, …]}</c> (with an optional <c>"system"</c> beside it). Content may be a string, null or a list of text
/// parts. An assistant's <c>&lt;think&gt;…&lt;/think&gt;</c> at the start of its content becomes <see cref="ChatMessage.Thinking"/>.
/// </remarks>
public static partial class ChatJson
{
    /// <summary>Reads the conversations of a JSON lines file, or of a file that is one JSON array of conversations.</summary>
    /// <param name="path">The file; UTF-8. JSON lines are read one by one, an array as a whole.</param>
    /// <exception cref="InvalidDataException">Something is no conversation; the message names the file and the line or index.</exception>
    public static IEnumerable<IReadOnlyList<ChatMessage>> ReadFile(string path)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var number = 0;
        while (ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            // A document laid out over many lines begins with a line that isn't JSON by itself.
            if (number == 1 && !IsWhole(line))
            {
                using var document = Load(line + "\n" + reader.ReadToEnd(), path);
                foreach (var conversation in ReadAll(document.RootElement, path))
                    yield return conversation;
                yield break;
            }
            var where = $"{path}, line {number}";
            using (var document = Load(line, where))
                foreach (var conversation in ReadAll(document.RootElement, where))
                    yield return conversation;
        }

        string? ReadLine()
        {
            try
            {
                return reader.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                throw new InvalidDataException($"{path}, after line {number}: not UTF-8", e);
            }
        }
    }

    /// <summary>Reads one conversation from JSON text, in any of the shapes above.</summary>
    /// <exception cref="InvalidDataException">The text is no conversation.</exception>
    public static IReadOnlyList<ChatMessage> Parse(string json)
    {
        using var document = Load(json, "the conversation");
        return Parse(document.RootElement);
    }

    /// <summary>Reads one conversation from a JSON element, in any of the shapes above.</summary>
    /// <exception cref="InvalidDataException">The element is no conversation.</exception>
    public static IReadOnlyList<ChatMessage> Parse(JsonElement json) => ReadConversation(json, "the conversation");

    /// <summary>Writes one conversation as one line of JSON, <c>{"messages": […]}</c>, without a line end; <see cref="Parse(string)"/> reads it back.</summary>
    public static string Format(IReadOnlyList<ChatMessage> messages)
    {
        var text = new StringBuilder("{\"messages\": [");
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            text.Append(i > 0 ? ", {" : "{");
            Append("\"role\": ", message.Role);
            Append(", \"content\": ", message.Content);
            Append(", \"reasoning_content\": ", message.Thinking);
            for (var j = 0; j < message.ToolCalls.Count; j++)
            {
                var call = message.ToolCalls[j];
                text.Append(j > 0 ? ", {" : ", \"tool_calls\": [{");
                Append("\"id\": ", call.Id);
                text.Append(call.Id is null ? "\"type\": \"function\", \"function\": {" : ", \"type\": \"function\", \"function\": {");
                Append("\"name\": ", call.Name);
                Append(", \"arguments\": ", call.Arguments);
                text.Append(j + 1 < message.ToolCalls.Count ? "}}" : "}}]");
            }
            Append(", \"tool_call_id\": ", message.ToolCallId);
            Append(", \"name\": ", message.Name);
            text.Append(message.IsLearned ? "}" : ", \"weight\": 0}");
        }
        return text.Append("]}").ToString();

        void Append(string key, string? value)
        {
            if (value is null)
                return;
            text.Append(key).Append(JinjaJson.Write(value));
        }
    }

    private static JsonDocument Load(string json, string where)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{where}: not JSON: {e.Message}", e);
        }
    }

    private static bool IsWhole(string line)
    {
        try
        {
            JsonDocument.Parse(line).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // An array holds conversations unless its first element is itself a message.
    private static IEnumerable<IReadOnlyList<ChatMessage>> ReadAll(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Array || (json.GetArrayLength() > 0 && IsMessage(json[0])))
        {
            yield return ReadConversation(json, where);
            yield break;
        }
        var index = 0;
        foreach (var item in json.EnumerateArray())
            yield return ReadConversation(item, $"{where}, conversation {index++}");
    }

    private static bool IsMessage(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && (json.TryGetProperty("role", out _) || json.TryGetProperty("from", out _));

    private static List<ChatMessage> ReadConversation(JsonElement json, string where)
    {
        var list = json;
        string? system = null;
        if (json.ValueKind == JsonValueKind.Object)
        {
            if (!json.TryGetProperty("messages", out list) && !json.TryGetProperty("conversations", out list))
                throw new InvalidDataException($"{where}: neither \"messages\" nor \"conversations\" is there");
            system = OptionalString(json, "system");
        }
        if (list.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{where}: a conversation is a list of messages, not {Kind(list)}");

        var messages = new List<ChatMessage>();
        if (!string.IsNullOrEmpty(system))
            messages.Add(new ChatMessage(ChatRole.System, system));
        foreach (var item in list.EnumerateArray())
        {
            var here = $"{where}, message {messages.Count}";
            try
            {
                messages.Add(ReadMessage(item, here));
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidDataException($"{here}: an escaped string holds half a surrogate pair, which is no text", e);
            }
        }
        return messages;
    }

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "nothing",
        _ => "a boolean",
    };

    private static string? OptionalString(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
