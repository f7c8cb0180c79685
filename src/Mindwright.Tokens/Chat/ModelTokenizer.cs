using System.Text.Json;

namespace Mindwright.Tokens.Chat;

/// <summary>The tokenizer of a model folder, with how the model converses and the files that a folder made from it needs.</summary>
public sealed class ModelTokenizer
{
    // Whatever of these a folder has goes into the folders of models that are made from it, unchanged.
    private static readonly string[] s_files =
    [
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "encoder.json", "vocab.bpe",
        TemplateFile, "chat_template.json",
    ];

    private const string TemplateFile = "chat_template.jinja";
    private const string EndOfText = "<|endoftext|>";

    private readonly Lazy<IChatFormat> _chat;
    private readonly Action<string> _save;

    private ModelTokenizer(Tokenizer tokenizer, IReadOnlyList<int> stopIds, Func<IChatFormat> chat, Action<string> save)
    {
        (Tokenizer, StopIds, _chat, _save) = (tokenizer, stopIds, new Lazy<IChatFormat>(chat), save);
    }

    /// <summary>Text to ids and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Conversations to ids and back.</summary>
    /// <exception cref="InvalidDataException">The model cannot converse: it has neither a usable template nor a token that ends a text.</exception>
    public IChatFormat Chat => _chat.Value;

    /// <summary>
    /// The tokens that end a text or a turn, where generation stops: those that the model's folder names, then those of its
    /// conversations, then <c>&lt;|endoftext|&gt;</c> where that is a special token. None if nothing is known to end a text.
    /// </summary>
    public IReadOnlyList<int> StopIds { get; }

    /// <summary>The token that begins a text; null for a model that has none. See <see cref="StartOf"/>.</summary>
    public int? Start => StartOf(Tokenizer);

    /// <summary>
    /// The token that begins a text: the one that the tokenizer's own file puts there (Llama's <c>&lt;s&gt;</c>), else
    /// <c>&lt;|endoftext|&gt;</c>, which separates documents in training (GPT-2, Qwen, Mindwright), else none.
    /// </summary>
    public static int? StartOf(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.Template.Before is [var first, ..] ? first
            : tokenizer.SpecialTokens.TryGetValue(EndOfText, out var endOfText) ? endOfText
            : null;
    }

    /// <summary>A tokenizer of our own making, with <see cref="ChatFormat"/>.</summary>
    public static ModelTokenizer Own(Tokenizer tokenizer) => Own(tokenizer, []);

    private static ModelTokenizer Own(Tokenizer tokenizer, IReadOnlyList<int> ends)
    {
        // A tokenizer without the tokens of conversations still serves a model that only continues text.
        var chat = HasChatTokens(tokenizer) ? new ChatFormat(tokenizer) : null;
        return new(
            tokenizer, WithEndOfText([.. ends, .. chat?.StopIds ?? []], tokenizer), () => chat ?? new ChatFormat(tokenizer),
            folder => tokenizer.Save(folder, ChatFormat.Template));
    }

    /// <summary>
    /// Reads the tokenizer of a model folder. Its chat template decides how it converses; one that has none gets
    /// <see cref="TemplateChatFormat.PlainTemplate"/>, and folders made from it say so.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ModelTokenizer Load(string folder)
    {
        var tokenizer = Tokenizer.Load(folder);
        var config = File.Exists(Path.Combine(folder, "tokenizer_config.json"))
            ? TokenizerConfig.Load(folder)
            : new TokenizerConfig(new Dictionary<string, string>(), new Dictionary<string, string>());
        var template = config.Template();
        if ((template is null || template.Source == ChatFormat.Template) && HasChatTokens(tokenizer))
            return Own(tokenizer, EndIds(folder, tokenizer, config));
        // Read now: the folder may be gone, or be another model, by the time that a long run saves.
        var files = s_files.Where(name => File.Exists(Path.Combine(folder, name))).ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)));
        var ends = EndIds(folder, tokenizer, config);
        if (template is null && ends.Count > 0)
        {
            template = new ChatTemplate(TemplateChatFormat.PlainTemplate(TextOf(tokenizer, ends[0])), "the plain template");
            files[TemplateFile] = System.Text.Encoding.UTF8.GetBytes(template.Source);
        }
        var stops = WithEndOfText(ends, tokenizer);
        return new ModelTokenizer(
            tokenizer,
            stops,
            () => template is not null
                ? new TemplateChatFormat(tokenizer, template, stops)
                : throw new InvalidDataException(
                    $"{folder}: has neither a chat template nor a token that ends a text (eos_token_id in generation_config.json or config.json), so it cannot converse"),
            target =>
            {
                foreach (var (name, bytes) in files)
                    File.WriteAllBytes(Path.Combine(target, name), bytes);
            });
    }

    /// <summary>Writes the tokenizer's files into a model folder.</summary>
    public void Save(string folder) => _save(folder);

    private static string TextOf(Tokenizer tokenizer, int id) => tokenizer.AddedTokens.FirstOrDefault(token => token.Id == id)?.Content ?? tokenizer.Decode([id]);

    private static bool HasChatTokens(Tokenizer tokenizer) => ChatFormat.SpecialTokens.All(tokenizer.SpecialTokens.ContainsKey);

    private static int[] WithEndOfText(List<int> ends, Tokenizer tokenizer)
    {
        if (tokenizer.SpecialTokens.TryGetValue(EndOfText, out var endOfText))
            ends = [.. ends, endOfText];
        return [.. ends.Distinct()];
    }

    private static List<int> EndIds(string folder, Tokenizer tokenizer, TokenizerConfig config)
    {
        List<int> ids = [.. EndIds(folder)];
        if (config.SpecialTokens.TryGetValue("eos_token", out var text) && tokenizer.SpecialTokens.TryGetValue(text, out var id))
            ids.Add(id);
        return [.. ids.Distinct()];
    }

    /// <summary>
    /// The ids that end a model's texts and turns as <c>generation_config.json</c> and then <c>config.json</c> name them: part of
    /// <see cref="StopIds"/>, and what a copy of the folder repeats.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IReadOnlyList<int> EndIds(string folder) =>
        [.. new[] { "generation_config.json", "config.json" }.SelectMany(name => ReadEndIds(Path.Combine(folder, name))).Distinct()];

    private static int[] ReadEndIds(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (!json.RootElement.TryGetProperty("eos_token_id", out var ids) || ids.ValueKind == JsonValueKind.Null)
                return [];
            return ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : [ids.GetInt32()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
