using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Tokens;

namespace Mindwright.Inference.Opening;

/// <summary>The common uses of an opened model, with the defaults of the command line.</summary>
public static class OpenedModelExtensions
{
    // What `mindwright generate` and `chat` draw with unless they are told otherwise.
    private static readonly GenerationOptions s_defaults = new() { Sampling = SamplingOptions.Chat };

    /// <summary>
    /// Ids of a text that the model is to go on from: behind what the tokenizer's file puts there, and for an empty text the token that
    /// begins one.
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty, and the model has no token that begins one.</exception>
    public static int[] EncodePrompt(this OpenedModel model, string prompt)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[] ids = [.. model.Tokenizer.Template.Before, .. model.Tokenizer.Encode(prompt)];
        return ids.Length > 0 ? ids
            : model.Text.Start is { } start ? [start]
            : throw new ArgumentException("The prompt is empty, and this model has no token that begins a text", nameof(prompt));
    }

    /// <summary>Continues a text, and gives the continuation piece by piece as the model writes it.</summary>
    /// <param name="model">The model; busy until the enumeration ends.</param>
    /// <param name="prompt">The text to go on from.</param>
    /// <param name="options">
    /// How to go on; by default up to 256 tokens, drawn as in a conversation (<see cref="SamplingOptions.Chat"/>). The model's
    /// <see cref="OpenedModel.StopIds"/> end the text beside the options' own.
    /// </param>
    /// <param name="cancellation">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Pieces of text, whole characters each, without the token that ended it.</returns>
    /// <exception cref="ArgumentException">The prompt leaves no room in the model's context; thrown at once.</exception>
    public static IEnumerable<string> StreamText(
        this OpenedModel model, string prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        var ids = model.EncodePrompt(prompt);
        options ??= s_defaults;
        options = options with { StopIds = [.. options.StopIds.Union(model.StopIds)] };
        return Decode(model.Tokenizer, Generator.Stream(model.Model, ids, options, cancellation), options.StopIds);
    }

    /// <summary>Continues a text.</summary>
    /// <returns>The continuation, without the prompt and without the token that ended it.</returns>
    /// <inheritdoc cref="StreamText"/>
    public static string GenerateText(
        this OpenedModel model, string prompt, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        string.Concat(model.StreamText(prompt, options, cancellation));

    /// <summary>Begins a conversation.</summary>
    /// <param name="model">The model; busy during each answer.</param>
    /// <param name="systemPrompt">Instructions above the conversation; null for none.</param>
    /// <param name="options">How answers are drawn; by default up to 256 tokens by <see cref="SamplingOptions.Chat"/>.</param>
    /// <exception cref="InvalidDataException">The model cannot converse.</exception>
    public static ChatSession StartChat(this OpenedModel model, string? systemPrompt = null, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= s_defaults;
        // A format may know fewer ends than the folder names.
        options = options with { StopIds = [.. options.StopIds.Union(model.StopIds)] };
        return new ChatSession(model.Model, model.Tokenizer, model.Chat, options) { SystemPrompt = systemPrompt };
    }

    private static IEnumerable<string> Decode(Tokenizer tokenizer, IEnumerable<SampledToken> tokens, IReadOnlyCollection<int> stopIds)
    {
        var decoder = new StreamingDecoder(tokenizer);
        foreach (var token in tokens)
            if (!stopIds.Contains(token.Id) && decoder.Append(token.Id) is { Length: > 0 } piece)
                yield return piece;
        if (decoder.Flush() is { Length: > 0 } rest)
            yield return rest;
    }
}
