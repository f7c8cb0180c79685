using System.Text.Json;

namespace Mindwright.Tokens.Chat;

/// <summary>What a model folder says about its conversations: chat templates, and the special tokens that they may write.</summary>
/// <param name="SpecialTokens">Variables of templates: <c>bos_token</c>, <c>eos_token</c>, …, each with its text.</param>
/// <param name="Templates">Template texts by name; a model's only one is <c>default</c>, and <c>tool_use</c> takes tools.</param>
internal sealed record TokenizerConfig(IReadOnlyDictionary<string, string> SpecialTokens, IReadOnlyDictionary<string, string> Templates)
{
    private const string DefaultName = "default";

    /// <summary>
    /// Reads <c>tokenizer_config.json</c>, and <c>chat_template.jinja</c> and <c>additional_chat_templates/*.jinja</c> where they are.
    /// </summary>
    /// <param name="folder">A model folder.</param>
    /// <exception cref="FileNotFoundException">There is no <c>tokenizer_config.json</c>.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static TokenizerConfig Load(string folder)
    {
        var path = Path.Combine(folder, "tokenizer_config.json");
        var config = Parse(File.ReadAllText(path), path);
        var templates = config.Templates.ToDictionary();
        if (File.Exists(Path.Combine(folder, "chat_template.jinja")))
            templates[DefaultName] = File.ReadAllText(Path.Combine(folder, "chat_template.jinja"));
        var more = Path.Combine(folder, "additional_chat_templates");
        if (Directory.Exists(more))
            foreach (var file in Directory.EnumerateFiles(more, "*.jinja").Order(StringComparer.Ordinal))
                templates[Path.GetFileNameWithoutExtension(file)] = File.ReadAllText(file);
        return config with { Templates = templates };
    }

    /// <summary>Reads the text of a <c>tokenizer_config.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static TokenizerConfig Parse(string json, string name = "tokenizer_config.json")
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{name}: not a JSON object");
            var tokens = new Dictionary<string, string>();
            var templates = new Dictionary<string, string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("chat_template"))
                    ReadTemplates(property.Value, templates, name);
                else if (property.Name.EndsWith("_token", StringComparison.Ordinal) && TokenText(property.Value) is { } text)
                    tokens[property.Name] = text;
            }
            return new TokenizerConfig(tokens, templates);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>The template for a conversation with or without tools; null if the model has none.</summary>
    /// <exception cref="InvalidDataException">The template is not supported; the message names the line and the construct.</exception>
    public ChatTemplate? Template(bool withTools = false)
    {
        var name = withTools && Templates.ContainsKey("tool_use") ? "tool_use" : DefaultName;
        return Templates.TryGetValue(name, out var source) ? new ChatTemplate(source, $"the chat template '{name}'", SpecialTokens) : null;
    }

    // A token is its text, or an object with the text and how it is matched.
    private static string? TokenText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String => content.GetString(),
        _ => null,
    };

    private static void ReadTemplates(JsonElement value, Dictionary<string, string> templates, string name)
    {
        if (value.ValueKind == JsonValueKind.String)
            templates[DefaultName] = value.GetString()!;
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (var item in value.EnumerateArray())
                if (item.ValueKind == JsonValueKind.Object
                    && item.TryGetProperty("name", out var key) && key.ValueKind == JsonValueKind.String
                    && item.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.String)
                    templates[key.GetString()!] = template.GetString()!;
                else
                    throw new InvalidDataException($"{name}: an element of chat_template has no \"name\" and \"template\"");
        else if (value.ValueKind != JsonValueKind.Null)
            throw new InvalidDataException($"{name}: chat_template is neither a string nor a list");
    }
}
