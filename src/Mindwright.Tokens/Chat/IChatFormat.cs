namespace Mindwright.Tokens.Chat;

/// <summary>How a model's conversations become token ids, and its answers messages again.</summary>
/// <remarks>Thread-safe if the tokenizer is.</remarks>
public interface IChatFormat
{
    /// <summary>The token that ends the assistant's turn, which training teaches it to write.</summary>
    int EndOfTurn { get; }

    /// <summary>All tokens that end an answer.</summary>
    IReadOnlyList<int> StopIds { get; }

    /// <summary>The token that opens a block of thinking; null where the model has none.</summary>
    int? ThinkStart { get; }

    /// <summary>The token that closes it.</summary>
    int? ThinkEnd { get; }

    /// <summary>Encodes a finished conversation, and says which tokens training learns.</summary>
    ChatTokens Encode(IReadOnlyList<ChatMessage> messages);

    /// <summary>Encodes a conversation up to the point at which the assistant speaks next.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="thinking">Whether the prompt opens a thinking block, skips it, or leaves that to the model.</param>
    int[] EncodePrompt(IReadOnlyList<ChatMessage> messages, PromptThinking thinking = PromptThinking.Free);

    /// <summary>Splits generated ids into thinking and content.</summary>
    /// <param name="ids">What the model wrote after a prompt, with or without the end of its turn; whatever follows that is ignored.</param>
    /// <param name="thinkingOpen">Whether the prompt had opened the thinking block.</param>
    ChatMessage ParseAnswer(ReadOnlySpan<int> ids, bool thinkingOpen = false);
}
