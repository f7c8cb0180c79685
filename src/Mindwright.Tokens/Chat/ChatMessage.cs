
namespace Mindwright.Tokens.Chat;

/// <summary>One message of a conversation, in the shape of the OpenAI chat API.</summary>
/// <param name="Role">One of <see cref="ChatRole"/>'s names.</param>
/// <param name="Content">What is said; empty for an assistant that only calls tools.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>
    /// What the assistant thought before it answered (<c>reasoning_content</c> in JSON). Null: it has no thinking block;
    /// empty: it has an empty one, the sign that thinking was skipped.
    /// </summary>
    public string? Thinking { get; init; }

    /// <summary>Calls that the assistant makes after its content, in order.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>In a tool's message: the <see cref="ToolCall.Id"/> that it answers. Some imported templates show it.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The speaker's name; in a tool's message the tool's. Some imported templates show it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether training learns this message, if the assistant wrote it (<c>"weight": 0</c> in JSON turns it off).</summary>
    public bool IsLearned { get; init; } = true;
}

/// <summary>A call of a tool by the assistant.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">Its arguments: the text of a JSON object.</param>
public sealed record ToolCall(string Name, string Arguments)
{
    /// <summary>A name for the call that the answering message repeats, where the data has one.</summary>
    public string? Id { get; init; }
}

/// <summary>The roles of a conversation.</summary>
public static class ChatRole
{
    /// <summary>Instructions that stand above the conversation.</summary>
    public const string System = "system";

    /// <summary>The person.</summary>
    public const string User = "user";

    /// <summary>The model.</summary>
    public const string Assistant = "assistant";

    /// <summary>The result of a tool call.</summary>
    public const string Tool = "tool";
}

/// <summary>A conversation as token ids.</summary>
/// <param name="Ids">Token ids, <c>[length]</c>.</param>
/// <param name="IsTarget">
/// <c>[length]</c>: whether the assistant writes the token (thinking, content, tool calls and the end of its turn), so that
/// supervised training learns it. Role headers and other roles' turns are false.
/// </param>
public sealed record ChatTokens(int[] Ids, bool[] IsTarget);
