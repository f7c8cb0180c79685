using System.Text.Json;
using Mindwright.Jinja;

namespace Mindwright.Tokens.Chat;

public sealed partial class ChatFormat
{
    /// <summary>
    /// Tells the model of the tools that it may call, at the end of the system message (which is added if there is none): what
    /// <see cref="Template"/> writes for <c>tools</c>.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="tools">Descriptions in the OpenAI format: <c>{"type": "function", "function": {"name", "description", "parameters"}}</c>.</param>
    public static IReadOnlyList<ChatMessage> WithTools(IReadOnlyList<ChatMessage> messages, IReadOnlyList<JsonElement> tools)
    {
        if (tools.Count == 0)
            return messages;
        var list = string.Concat(tools.Select(tool => JinjaJson.Write(tool) + "\n"));
        var text = "# Tools\n\nYou can call these functions, each described by a JSON schema:\n" + list
            + "\nA call is a JSON object between tool_call tags: {\"name\": function name, \"arguments\": {argument name: value}}";
        return messages.Count > 0 && messages[0].Role == ChatRole.System
            ? [messages[0] with { Content = messages[0].Content + "\n\n" + text }, .. messages.Skip(1)]
            : [new ChatMessage(ChatRole.System, text), .. messages];
    }
}
