using System.Text;
using System.Text.Json;
using Mindwright.Jinja;

namespace Mindwright.Tokens.Chat;

/// <summary>The chat template of an imported model, rendered as Hugging Face renders it.</summary>
/// <remarks>
/// The language is the part of Jinja that chat templates use. A template sees its inputs and nothing else, and its steps, depth
/// and output are limited. Immutable and thread-safe.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly IReadOnlyList<Statement> _statements;
    private readonly string _name;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text.</param>
    /// <param name="name">What messages call it: its file, for instance.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>, which the template may write out (<see cref="TokenizerConfig.SpecialTokens"/>).</param>
    /// <exception cref="InvalidDataException">It is no template, or asks for what is not supported; the message names the line and the construct.</exception>
    public ChatTemplate(string source, string name = "chat template", IReadOnlyDictionary<string, string>? specialTokens = null)
    {
        _name = name;
        _specialTokens = specialTokens ?? new Dictionary<string, string>();
        Source = source;
        try
        {
            _statements = StatementParser.Parse(source);
        }
        catch (JinjaError e)
        {
            throw Located(e);
        }
    }

    /// <summary>The Jinja text.</summary>
    public string Source { get; }

    /// <summary>The time that <c>strftime_now</c> tells; the system's unless set.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal JinjaLimits Limits { get; init; } = new();

    /// <summary>Renders a conversation to text, in which content is not told from frame: for showing and comparing.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">Tools and other variables; none if null.</param>
    /// <exception cref="InvalidDataException">The template refused the conversation or failed; the message names the line.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) => Run(ToValue(messages), options).Value;

    /// <summary>Renders a conversation, as JSON of whatever shape the template expects, to text.</summary>
    /// <inheritdoc cref="Render(IReadOnlyList{ChatMessage}, ChatTemplateOptions?)"/>
    public string Render(JsonElement messages, ChatTemplateOptions? options = null) => Run(Json.ToValue(messages), options).Value;

    /// <summary>
    /// Renders a conversation and encodes it. Special tokens are recognised only where the template itself wrote them, so
    /// content cannot forge a turn.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">Tools and other variables; none if null.</param>
    /// <exception cref="InvalidDataException">The template refused the conversation or failed; the message names the line.</exception>
    public int[] Encode(Tokenizer tokenizer, IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) =>
        Encode(tokenizer, Run(ToValue(messages), options));

    /// <summary>Renders a conversation, as JSON of whatever shape the template expects, and encodes it.</summary>
    /// <inheritdoc cref="Encode(Tokenizer, IReadOnlyList{ChatMessage}, ChatTemplateOptions?)"/>
    public int[] Encode(Tokenizer tokenizer, JsonElement messages, ChatTemplateOptions? options = null) =>
        Encode(tokenizer, Run(Json.ToValue(messages), options));

    private TracedText Run(object messages, ChatTemplateOptions? options)
    {
        options ??= new();
        Trust(messages);
        var variables = new Dictionary<string, object>
        {
            ["messages"] = messages,
            ["tools"] = options.Tools.Count > 0 ? new Sequence([.. options.Tools.Select(tool => Json.ToValue(tool))]) : None.Value,
            ["documents"] = None.Value,
            ["add_generation_prompt"] = options.AddGenerationPrompt,
        };
        foreach (var (name, token) in _specialTokens)
            variables[name] = TracedText.Own(token);
        foreach (var (name, value) in options.Variables)
            variables[name] = Json.ToValue(value);
        try
        {
            return Interpreter.Render(_statements, variables, Clock, Limits);
        }
        catch (JinjaError e)
        {
            throw Located(e);
        }
    }

    // Many templates write '<|' + message.role + '|>', so these roles count as the template's own words. Any other stays a given
    // text: a message with the role 'endoftext' makes no token.
    private static void Trust(object messages)
    {
        if (messages is not Sequence list)
            return;
        foreach (var message in list.Items.OfType<Mapping>())
            if (message.TryGet("role", out var role) && role is TracedText
                { Value: "system" or "developer" or "user" or "assistant" or "tool" or "function" or "ipython" or "observation" } known)
                message[TracedText.Own("role")] = TracedText.Own(known.Value);
    }

    private static int[] Encode(Tokenizer tokenizer, TracedText text)
    {
        var value = text.Value;
        var utf8 = Encoding.UTF8.GetBytes(value);
        // A copy in which every byte from outside is one that no token contains: what is found there, the template wrote.
        var own = (byte[])utf8.Clone();
        var at = 0;
        for (var i = 0; i < value.Length; i += text.WidthAt(i))
        {
            var length = Encoding.UTF8.GetByteCount(value.AsSpan(i, text.WidthAt(i)));
            if (!text.IsOwn(i) || !text.IsOwn(i + text.WidthAt(i) - 1))
                own.AsSpan(at, length).Fill(0xff);
            at += length;
        }

        var ids = new List<int>();
        for (at = 0; at < utf8.Length;)
        {
            var found = tokenizer.AllowAll.All.TryFind(own, utf8, at, out var start, out var end, out var id);
            tokenizer.Encode(utf8.AsSpan(at..start), ids);
            if (found)
                ids.Add(id);
            at = end;
        }
        return [.. ids];
    }

    private static Sequence ToValue(IReadOnlyList<ChatMessage> messages) => new([.. messages.Select(message =>
    {
        var value = new Mapping();
        Set(value, "role", message.Role);
        Set(value, "content", message.Content);
        Set(value, "reasoning_content", message.Thinking);
        Set(value, "name", message.Name);
        Set(value, "tool_call_id", message.ToolCallId);
        if (message.ToolCalls.Count > 0)
            value[TracedText.Own("tool_calls")] = new Sequence([.. message.ToolCalls.Select(ToValue)]);
        return (object)value;
    })]);

    // Arguments are an object: templates that want text write it with tojson, and the others loop over it.
    private static Mapping ToValue(ToolCall call)
    {
        var function = new Mapping();
        Set(function, "name", call.Name);
        using (var arguments = JsonDocument.Parse(call.Arguments))
            function[TracedText.Own("arguments")] = Json.ToValue(arguments.RootElement);
        var value = new Mapping();
        Set(value, "id", call.Id);
        Set(value, "type", "function");
        value[TracedText.Own("function")] = function;
        return value;
    }

    private static void Set(Mapping mapping, string key, string? value)
    {
        if (value is not null)
            mapping[TracedText.Own(key)] = TracedText.Given(value);
    }

    private InvalidDataException Located(JinjaError error) => new($"{_name}, line {Math.Max(1, error.Line)}: {error.Message}", error);
}

/// <summary>What a template is rendered with beside the messages.</summary>
public sealed record ChatTemplateOptions
{
    /// <summary>Descriptions of tools that the model may call, in the OpenAI format.</summary>
    public IReadOnlyList<JsonElement> Tools { get; init; } = [];

    /// <summary>Whether the text ends where the assistant speaks next.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Further variables, such as <c>enable_thinking</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();
}
