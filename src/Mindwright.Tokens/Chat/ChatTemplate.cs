using System.Collections.Frozen;
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
    // Many templates write '<|' + message.role + '|>', so these roles count as the template's own words. Any other stays a given
    // text: a message with the role 'endoftext' makes no token.
    private static readonly FrozenDictionary<string, JinjaText> s_roles =
        new[] { "system", "developer", "user", "assistant", "tool", "function", "ipython", "observation" }.ToFrozenDictionary(role => role, JinjaText.Trusted);

    private readonly JinjaTemplate _template;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text.</param>
    /// <param name="name">What messages call it: its file, for instance.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>, which the template may write out (<see cref="TokenizerConfig.SpecialTokens"/>).</param>
    /// <exception cref="InvalidDataException">It is no template, or asks for what is not supported; the message names the line and the construct.</exception>
    public ChatTemplate(string source, string name = "chat template", IReadOnlyDictionary<string, string>? specialTokens = null)
    {
        _specialTokens = specialTokens ?? new Dictionary<string, string>();
        try
        {
            _template = new JinjaTemplate(source, name);
        }
        catch (JinjaException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The Jinja text.</summary>
    public string Source => _template.Source;

    /// <summary>The time that <c>strftime_now</c> tells; the system's unless set.</summary>
    public TimeProvider Clock
    {
        get => _template.Clock;
        init => _template = new JinjaTemplate(_template.Source, _template.Name) { Clock = value };
    }

    /// <summary>Renders a conversation to text, in which content is not told from frame: for showing and comparing.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">Tools and other variables; none if null.</param>
    /// <exception cref="InvalidDataException">The template refused the conversation or failed; the message names the line.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) => Run(ToValue(messages), options).Value;

    /// <summary>Renders a conversation, as JSON of whatever shape the template expects, to text.</summary>
    /// <inheritdoc cref="Render(IReadOnlyList{ChatMessage}, ChatTemplateOptions?)"/>
    public string Render(JsonElement messages, ChatTemplateOptions? options = null) => Run(ToValue(messages), options).Value;

    /// <summary>
    /// Renders a conversation and encodes it. Special tokens are recognized only where the template itself wrote them, so
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
        Encode(tokenizer, Run(ToValue(messages), options));

    private JinjaText Run(object messages, ChatTemplateOptions? options)
    {
        options ??= new();
        var variables = new Dictionary<string, object?>
        {
            ["messages"] = messages,
            ["tools"] = options.Tools.Count > 0 ? options.Tools : null,
            ["documents"] = null,
            ["add_generation_prompt"] = options.AddGenerationPrompt,
        };
        foreach (var (name, token) in _specialTokens)
            variables[name] = JinjaText.Trusted(token);
        foreach (var (name, value) in options.Variables)
            variables[name] = value;
        try
        {
            return _template.RenderText(variables);
        }
        catch (JinjaException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static int[] Encode(Tokenizer tokenizer, JinjaText text)
    {
        var value = text.Value;
        var utf8 = Encoding.UTF8.GetBytes(value);
        // A copy in which every byte from outside is one that no token contains: what is found there, the template wrote.
        var own = (byte[])utf8.Clone();
        var at = 0;
        for (int i = 0, width; i < value.Length; i += width)
        {
            width = i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]) ? 2 : 1;
            var length = Encoding.UTF8.GetByteCount(value.AsSpan(i, width));
            if (!text.IsTrusted(i) || !text.IsTrusted(i + width - 1))
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

    private static List<object?> ToValue(IReadOnlyList<ChatMessage> messages) => [.. messages.Select(message =>
    {
        var value = new OrderedDictionary<string, object?>();
        Set(value, "role", Role(message.Role));
        Set(value, "content", message.Content);
        Set(value, "reasoning_content", message.Thinking);
        Set(value, "name", message.Name);
        Set(value, "tool_call_id", message.ToolCallId);
        if (message.ToolCalls.Count > 0)
            value["tool_calls"] = message.ToolCalls.Select(ToValue).ToArray();
        return value;
    })];

    private static object ToValue(JsonElement messages) => messages.ValueKind != JsonValueKind.Array ? messages : messages.EnumerateArray().Select(message =>
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String)
            return (object?)message;
        var value = new OrderedDictionary<string, object?>();
        foreach (var property in message.EnumerateObject())
            value[property.Name] = property.Value;
        value["role"] = Role(role.GetString()!);
        return value;
    });

    // Arguments are an object: templates that want text write it with tojson, and the others loop over it.
    private static OrderedDictionary<string, object?> ToValue(ToolCall call)
    {
        var function = new OrderedDictionary<string, object?> { ["name"] = call.Name };
        using (var arguments = JsonDocument.Parse(call.Arguments))
            function["arguments"] = arguments.RootElement.Clone();
        var value = new OrderedDictionary<string, object?>();
        Set(value, "id", call.Id);
        value["type"] = "function";
        value["function"] = function;
        return value;
    }

    private static object Role(string role) => s_roles.TryGetValue(role, out var known) ? known : role;

    private static void Set(OrderedDictionary<string, object?> message, string key, object? value)
    {
        if (value is not null)
            message[key] = value;
    }
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
