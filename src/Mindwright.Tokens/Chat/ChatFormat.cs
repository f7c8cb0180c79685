using Mindwright.Jinja;

namespace Mindwright.Tokens.Chat;

/// <summary>How a prompt leaves the assistant's turn open.</summary>
public enum PromptThinking
{
    /// <summary>After the role header: the model decides whether it thinks.</summary>
    Free,

    /// <summary>Inside a thinking block: the model has to think.</summary>
    Open,

    /// <summary>After an empty thinking block: the model answers at once.</summary>
    Skip,
}

/// <summary>Turns conversations into token ids and generated ids back into messages.</summary>
/// <remarks>
/// <para>The layout is ChatML as Qwen3 writes it:
/// <code>
/// &lt;|im_start|&gt;system⏎ content &lt;|im_end|&gt;⏎
/// &lt;|im_start|&gt;user⏎ content &lt;|im_end|&gt;⏎
/// &lt;|im_start|&gt;assistant⏎ &lt;think&gt;⏎ thinking ⏎&lt;/think&gt;⏎⏎ content &lt;tool_call&gt;⏎ {"name": …, "arguments": …} ⏎&lt;/tool_call&gt;&lt;|im_end|&gt;⏎
/// &lt;|im_start|&gt;user⏎ &lt;tool_response&gt;⏎ content ⏎&lt;/tool_response&gt;&lt;|im_end|&gt;⏎
/// </code></para>
/// <para>The frame's tokens come from here alone and the text between them is encoded with special tokens disabled, so no
/// content can forge a turn. Headers are encoded apart from what follows them: the ids of an answer are the same whether it
/// was generated after a prompt or is read back as history, which a key/value cache and policy gradients rely on. With
/// patterns that end a piece at a newline (GPT-4's and all later ones) the ids are those of the rendered
/// <see cref="Template"/>, as long as no content begins with white space. Thread-safe if the tokenizer is.</para>
/// </remarks>
public sealed partial class ChatFormat : IChatFormat
{
    private readonly Func<string, int[]> _encode;
    private readonly Func<int[], string> _decode;
    private readonly int _turnStart, _toolCallStart, _toolCallEnd, _toolResponseStart, _toolResponseEnd;
    private readonly int[] _newline, _blankLine;
    private readonly Dictionary<string, int[]> _headers;

    /// <summary>Prepares a tokenizer's conversations.</summary>
    /// <exception cref="InvalidDataException">The tokenizer lacks one of <see cref="SpecialTokens"/>; the message names it.</exception>
    public ChatFormat(Tokenizer tokenizer)
        : this(tokenizer.SpecialTokens, tokenizer.Encode, ids => tokenizer.Decode(ids))
    {
    }

    internal ChatFormat(IReadOnlyDictionary<string, int> specialTokens, Func<string, int[]> encode, Func<int[], string> decode)
    {
        _encode = encode;
        _decode = decode;
        EndOfText = Find("<|endoftext|>");
        _turnStart = Find("<|im_start|>");
        EndOfTurn = Find("<|im_end|>");
        ThinkStart = Find("<think>");
        ThinkEnd = Find("</think>");
        _toolCallStart = Find("<tool_call>");
        _toolCallEnd = Find("</tool_call>");
        _toolResponseStart = Find("<tool_response>");
        _toolResponseEnd = Find("</tool_response>");
        _newline = encode("\n");
        _blankLine = encode("\n\n");
        _headers = new[] { ChatRole.System, ChatRole.User, ChatRole.Assistant }
            .ToDictionary(role => role, role => (int[])[_turnStart, .. encode(role + "\n")]);

        int Find(string token) => specialTokens.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException(
                $"the tokenizer has no special token {token}, which conversations need; train it with ChatFormat.SpecialTokens, "
                + "or give an imported model's conversations its own chat template");
    }

    /// <summary>The special tokens that a tokenizer for conversations needs, in the order in which new tokenizers number them.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } =
    [
        "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>",
        "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
    ];

    /// <summary>Id of <c>&lt;|im_end|&gt;</c>: generation of an answer stops here.</summary>
    public int EndOfTurn { get; }

    /// <summary>Id of <c>&lt;|endoftext|&gt;</c>, which stands between documents.</summary>
    public int EndOfText { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> StopIds => [EndOfTurn, EndOfText];

    int? IChatFormat.ThinkStart => ThinkStart;

    int? IChatFormat.ThinkEnd => ThinkEnd;

    /// <summary>Id of <c>&lt;think&gt;</c>.</summary>
    public int ThinkStart { get; }

    /// <summary>Id of <c>&lt;/think&gt;</c>.</summary>
    public int ThinkEnd { get; }

    /// <summary>Encodes a finished conversation.</summary>
    /// <exception cref="ArgumentException">A role is none of <see cref="ChatRole"/>, or another role than the assistant thinks or calls tools.</exception>
    public ChatTokens Encode(IReadOnlyList<ChatMessage> messages)
    {
        var tokens = new Builder();
        for (var i = 0; i < messages.Count; i++)
            AppendTurn(tokens, messages, i);
        return tokens.Build();
    }

    /// <summary>Encodes a conversation up to the point at which the assistant speaks next.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="thinking">Whether the prompt opens a thinking block, skips it, or leaves that to the model.</param>
    /// <exception cref="ArgumentException">As <see cref="Encode"/>.</exception>
    public int[] EncodePrompt(IReadOnlyList<ChatMessage> messages, PromptThinking thinking = PromptThinking.Free)
    {
        var tokens = new Builder();
        for (var i = 0; i < messages.Count; i++)
            AppendTurn(tokens, messages, i);
        tokens.Add(_headers[ChatRole.Assistant]);
        if (thinking == PromptThinking.Open)
            tokens.Add([ThinkStart, .. _newline]);
        else if (thinking == PromptThinking.Skip)
            AppendThinking(tokens, "");
        return tokens.Build().Ids;
    }

    private void AppendTurn(Builder tokens, IReadOnlyList<ChatMessage> messages, int i)
    {
        var message = messages[i];
        if (message.Role != ChatRole.Assistant && (message.Thinking is not null || message.ToolCalls.Count > 0))
            throw new ArgumentException($"message {i}: only the assistant thinks and calls tools, not the role '{message.Role}'", nameof(messages));
        switch (message.Role)
        {
            case ChatRole.System or ChatRole.User:
                tokens.Add(_headers[message.Role]);
                tokens.Add(_encode(message.Content));
                tokens.Add([EndOfTurn, .. _newline]);
                break;
            case ChatRole.Tool:
                AppendToolResponse(tokens, messages, i);
                break;
            case ChatRole.Assistant:
                tokens.Add(_headers[ChatRole.Assistant]);
                tokens.Target = message.IsLearned;
                AppendAnswer(tokens, message);
                tokens.Add([EndOfTurn]);
                tokens.Target = false;
                tokens.Add(_newline);
                break;
            default:
                throw new ArgumentException($"message {i} has the role '{message.Role}'; a role is system, user, assistant or tool", nameof(messages));
        }
    }

    private void AppendAnswer(Builder tokens, ChatMessage message)
    {
        if (message.Thinking is { } thinking)
            AppendThinking(tokens, thinking);
        var breakBeforeCall = message.ToolCalls.Count > 0 && message.Content.Length > 0;
        tokens.Add(_encode(breakBeforeCall ? message.Content + "\n" : message.Content));
        for (var i = 0; i < message.ToolCalls.Count; i++)
        {
            if (i > 0)
                tokens.Add(_newline);
            var call = message.ToolCalls[i];
            var text = $$"""{"name": {{JinjaJson.Write(call.Name)}}, "arguments": {{call.Arguments}}}""";
            tokens.Add([_toolCallStart, .. _encode($"\n{text}\n"), _toolCallEnd]);
        }
    }

    private void AppendThinking(Builder tokens, string thinking)
    {
        // A prompt can end after the first newline (Open), so it stands apart; an empty block is always whole (Skip).
        if (thinking.Length == 0)
            tokens.Add([ThinkStart, .. _blankLine, ThinkEnd, .. _blankLine]);
        else
            tokens.Add([ThinkStart, .. _newline, .. _encode(thinking + "\n"), ThinkEnd, .. _blankLine]);
    }

    // Results of tools that were called together share one user turn.
    private void AppendToolResponse(Builder tokens, IReadOnlyList<ChatMessage> messages, int i)
    {
        tokens.Add(i > 0 && messages[i - 1].Role == ChatRole.Tool ? _newline : _headers[ChatRole.User]);
        tokens.Add([_toolResponseStart, .. _newline, .. _encode(messages[i].Content + "\n"), _toolResponseEnd]);
        if (i + 1 == messages.Count || messages[i + 1].Role != ChatRole.Tool)
            tokens.Add([EndOfTurn, .. _newline]);
    }

    private sealed class Builder
    {
        private readonly List<int> _ids = [];
        private readonly List<bool> _isTarget = [];

        public bool Target { get; set; }

        public void Add(ReadOnlySpan<int> ids)
        {
            foreach (var id in ids)
            {
                _ids.Add(id);
                _isTarget.Add(Target);
            }
        }

        public ChatTokens Build() => new([.. _ids], [.. _isTarget]);
    }
}
