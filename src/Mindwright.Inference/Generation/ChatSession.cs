using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Generation;

/// <summary>A conversation with a model: keeps what was said, and drops the oldest of it when the model's context is full.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class ChatSession
{
    private readonly ILanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly IChatFormat _format;
    private readonly List<ChatMessage> _messages = [];

    /// <summary>Begins a conversation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="format">How conversations become ids.</param>
    /// <param name="options">How answers are drawn; the format's stop ids end them, beside the options' own stop ids.</param>
    public ChatSession(ILanguageModel model, Tokenizer tokenizer, IChatFormat format, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_model, _tokenizer, _format, Options) = (model, tokenizer, format, options);
    }

    /// <summary>How the next answers are drawn.</summary>
    public GenerationOptions Options { get; set; }

    /// <summary>Whether the next answers begin with thinking, skip it, or do as the model likes.</summary>
    public PromptThinking Thinking { get; set; }

    /// <summary>Instructions before the conversation, which are never dropped; null for none.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>What was said and is still remembered, without the system prompt.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>How many messages were dropped since the conversation began, because they no longer fit into the context.</summary>
    public int DroppedMessages { get; private set; }

    /// <summary>Why the latest answer ended; null before the first, and after one that was broken off.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Forgets the conversation; the system prompt stays.</summary>
    public void Reset()
    {
        _messages.Clear();
        DroppedMessages = 0;
        Finish = null;
    }

    /// <summary>Says something to the model, and streams what it answers.</summary>
    /// <param name="message">What the user says.</param>
    /// <param name="cancellation">Breaks the answer off.</param>
    /// <returns>Pieces of thinking and of the answer. What came of it is remembered when the enumeration ends, even if it ends early.</returns>
    /// <exception cref="ArgumentException">The message alone, with the system prompt, leaves no space in the model's context.</exception>
    public IEnumerable<ChatPiece> Reply(string message, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var prompt = MakeRoom(new ChatMessage(ChatRole.User, message));
        // The seed changes with each turn: the same question may get another answer.
        var options = Options with
        {
            StopIds = [.. Options.StopIds, .. _format.StopIds],
            Sampling = Options.Sampling with { Seed = unchecked(Options.Sampling.Seed + DroppedMessages + _messages.Count) },
        };
        return Stream(prompt, options, cancellation);
    }

    private IEnumerable<ChatPiece> Stream(int[] prompt, GenerationOptions options, CancellationToken cancellation)
    {
        var ids = new List<int>();
        var thinkingOpen = Thinking == PromptThinking.Open;
        var splitter = new AnswerSplitter(_tokenizer, _format, thinkingOpen);
        Finish = null;
        try
        {
            foreach (var token in Generator.Stream(_model, prompt, options, cancellation))
            {
                ids.Add(token.Id);
                if (options.StopIds.Contains(token.Id))
                    break;
                if (splitter.Append(token.Id) is { Text.Length: > 0 } piece)
                    yield return piece;
            }
            if (splitter.Flush() is { Text.Length: > 0 } rest)
                yield return rest;
            Finish = ids.Count > 0 && options.StopIds.Contains(ids[^1]) ? FinishReason.Stop : FinishReason.Length;
        }
        finally
        {
            _messages.Add(_format.ParseAnswer(ids.ToArray(), thinkingOpen));
        }
    }

    /// <summary>Adds a message, and drops the oldest turns until a quarter of the context is free for the answer.</summary>
    /// <returns>The prompt's ids.</returns>
    private int[] MakeRoom(ChatMessage message)
    {
        var space = _model.ContextLength - Math.Clamp(Options.MaxNewTokens, 1, Math.Max(1, _model.ContextLength / 4));
        var keepFrom = 0;
        for (; ; keepFrom = NextTurn(keepFrom))
        {
            List<ChatMessage> kept = [.. _messages.Skip(keepFrom), message];
            if (SystemPrompt is not null)
                kept.Insert(0, new ChatMessage(ChatRole.System, SystemPrompt));
            var prompt = _format.EncodePrompt(kept, Thinking);
            if (prompt.Length <= space)
            {
                _messages.RemoveRange(0, keepFrom);
                _messages.Add(message);
                DroppedMessages += keepFrom;
                return prompt;
            }
            if (keepFrom == _messages.Count)
                throw new ArgumentException(
                    $"The message{(SystemPrompt is null ? "" : " and the system prompt")} take {prompt.Length} tokens; the model's context of "
                    + $"{_model.ContextLength} leaves {space} for them. Say it in fewer words", nameof(message));
        }
    }

    private int NextTurn(int from)
    {
        var next = _messages.FindIndex(from + 1, message => message.Role == ChatRole.User);
        return next < 0 ? _messages.Count : next;
    }
}

/// <summary>A piece of an answer as it comes.</summary>
/// <param name="IsThinking">Whether the model is thinking, or answering.</param>
/// <param name="Text">Some characters.</param>
public readonly record struct ChatPiece(bool IsThinking, string Text);
