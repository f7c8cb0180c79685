using System.Text.Json;
using Mindwright.Jinja;

namespace Mindwright.Tokens.Chat;

/// <summary>Conversations as an imported model has them: by its own chat template.</summary>
/// <remarks>
/// What the assistant writes is found by the ids: a turn goes from where the prompt before it ends to the next end of turn. A turn whose
/// beginning the template writes otherwise once more was said (some leave old thinking out) is not learned.
/// </remarks>
public sealed class TemplateChatFormat : IChatFormat
{
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate _template;

    /// <summary>Prepares a model's conversations.</summary>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="template">Its template.</param>
    /// <param name="stopIds">The tokens that end its texts and turns.</param>
    /// <exception cref="InvalidDataException">The template fails, or ends no answer with one of these tokens.</exception>
    public TemplateChatFormat(Tokenizer tokenizer, ChatTemplate template, IReadOnlyList<int> stopIds)
    {
        (_tokenizer, _template, StopIds) = (tokenizer, template, stopIds);
        ThinkStart = tokenizer.SpecialTokens.TryGetValue("<think>", out var open) ? open : null;
        ThinkEnd = tokenizer.SpecialTokens.TryGetValue("</think>", out var close) ? close : null;
        var ids = Render([new(ChatRole.User, "Hello"), new(ChatRole.Assistant, "Hi")], isPrompt: false);
        var end = Array.FindLastIndex(ids, stopIds.Contains);
        if (end < SharedPrefix(ids, Render([new(ChatRole.User, "Hello")], isPrompt: true)))
        {
            throw new InvalidDataException(
                $"the chat template ends an answer with none of the tokens that end this model's texts ({string.Join(", ", stopIds)}), so a model tuned by it "
                + "could not learn to stop; add the token that it writes to eos_token_id in generation_config.json");
        }
        EndOfTurn = ids[end];
    }

    /// <inheritdoc/>
    public int EndOfTurn { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> StopIds { get; }

    /// <inheritdoc/>
    public int? ThinkStart { get; }

    /// <inheritdoc/>
    public int? ThinkEnd { get; }

    /// <summary>The text of a template for models that never saw a conversation: roles as words, and the end of a text after each answer.</summary>
    /// <param name="endOfText">The text of the token that ends a text.</param>
    public static string PlainTemplate(string endOfText) =>
        $$$"""
        {%- for message in messages %}
            {{- message.role | capitalize + ': ' + message.content }}
            {%- if message.role == 'assistant' %}
                {{- {{{JinjaJson.Write(endOfText)}}} }}
            {%- endif %}
            {{- '\n\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- 'Assistant:' }}
        {%- endif %}
        """.ReplaceLineEndings("\n");

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The template refuses the conversation.</exception>
    public ChatTokens Encode(IReadOnlyList<ChatMessage> messages)
    {
        var ids = Render(messages, isPrompt: false);
        var isTarget = new bool[ids.Length];
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatRole.Assistant || !messages[i].IsLearned)
                continue;
            IReadOnlyList<ChatMessage> before = [.. messages.Take(i)];
            // Where the turn's header ends: a prompt may go on from there to open a thinking block that a finished turn lacks.
            var prompt = Render(before, isPrompt: true);
            var start = SharedPrefix(ids, prompt);
            var end = Array.IndexOf(ids, EndOfTurn, start);
            if (end < 0 || start < SharedPrefix(prompt, Render(before, isPrompt: false)))
                continue;
            isTarget.AsSpan(start..(end + 1)).Fill(true);
        }
        return new ChatTokens(ids, isTarget);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The template refuses the conversation.</exception>
    public int[] EncodePrompt(IReadOnlyList<ChatMessage> messages, PromptThinking thinking = PromptThinking.Free)
    {
        var ids = Render(messages, isPrompt: true, canThink: thinking != PromptThinking.Skip);
        return thinking == PromptThinking.Open && ThinkStart is { } open && Array.LastIndexOf(ids, open) <= Array.LastIndexOf(ids, ThinkEnd ?? -1)
            ? [.. ids, open, .. _tokenizer.Encode("\n")]
            : ids;
    }

    /// <inheritdoc/>
    public ChatMessage ParseAnswer(ReadOnlySpan<int> ids, bool thinkingOpen = false)
    {
        var end = ids.IndexOfAny([.. StopIds]);
        if (end >= 0)
            ids = ids[..end];
        var startsThinking = ids.Length > 0 && ids[0] == ThinkStart;
        var close = ThinkEnd is { } id ? ids.IndexOf(id) : -1;
        if (close < 0 && !startsThinking && !thinkingOpen)
            return new ChatMessage(ChatRole.Assistant, _tokenizer.Decode(ids).TrimStart());
        var thinking = _tokenizer.Decode(ids[(startsThinking ? 1 : 0)..(close < 0 ? ids.Length : close)]).Trim('\n');
        return new ChatMessage(ChatRole.Assistant, close < 0 ? "" : _tokenizer.Decode(ids[(close + 1)..]).TrimStart()) { Thinking = thinking };
    }

    private int[] Render(IReadOnlyList<ChatMessage> messages, bool isPrompt, bool canThink = true) => messages.Count == 0 && !isPrompt ? [] : _template.Encode(
        _tokenizer, messages, new ChatTemplateOptions
        {
            AddGenerationPrompt = isPrompt,
            Variables = canThink ? new Dictionary<string, JsonElement>() : s_noThinking,
        });

    private static readonly Dictionary<string, JsonElement> s_noThinking = new()
    {
        ["enable_thinking"] = JsonDocument.Parse("false").RootElement.Clone(),
    };

    private static int SharedPrefix(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.CommonPrefixLength(b);
}
