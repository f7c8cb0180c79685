using Mindwright.Tokens.Chat;

namespace Mindwright.Data.BuiltIn;

/// <summary>A conversation to train on or to read: an optional system message, then user and assistant in turn.</summary>
/// <param name="Messages">The messages in order.</param>
public sealed record Conversation(IReadOnlyList<ChatMessage> Messages);

/// <summary>Conversations that need no file of the user's.</summary>
public enum BuiltInConversations
{
    /// <summary>Questions about members of the API reference (<see cref="SdkDocs"/>).</summary>
    ApiReference,

    /// <summary>About the model itself, greetings, refusals (<see cref="BuiltIn.SmallTalk"/>).</summary>
    SmallTalk,

    /// <summary>About the little world (<see cref="BuiltIn.World"/>).</summary>
    World,

    /// <summary>Problems of <see cref="ReasoningProblems.Compare"/>, thought through.</summary>
    Compare,

    /// <summary>Problems of <see cref="ReasoningProblems.Multiply"/>, thought through.</summary>
    Multiply,
}
