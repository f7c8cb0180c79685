using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Rollouts;

/// <summary>A few fixed contexts that the model of the moment continues, so that a person can watch it learn.</summary>
public sealed class SamplePrompts
{
    private const int TextTokens = 40;
    private const int TextCharacters = 60;
    private const int AnswerTokens = 128;

    private readonly Transformer _model;
    private readonly Tokenizer _tokenizer;
    private readonly (string Shown, int[] Ids)[] _prompts;
    private readonly GenerationOptions _options;

    private SamplePrompts(Transformer model, Tokenizer tokenizer, (string Shown, int[] Ids)[] prompts, GenerationOptions options)
    {
        (_model, _tokenizer, _prompts, _options) = (model, tokenizer, prompts, options);
    }

    /// <summary>The beginnings of texts, to be gone on with.</summary>
    /// <param name="model">The model, as it learns.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="texts">The texts; of a long one the first words are taken.</param>
    public static SamplePrompts Texts(Transformer model, Tokenizer tokenizer, IEnumerable<string> texts)
    {
        var format = new ChatFormat(tokenizer);
        return new SamplePrompts(
            model, tokenizer,
            [.. texts.Select(Beginning).Select(text => (text, (int[])[format.EndOfText, .. tokenizer.Encode(text)]))],
            Options(format, TextTokens, temperature: 0.8));
    }

    /// <summary>Questions, to be answered with the most probable words.</summary>
    /// <param name="model">The model, as it learns.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="questions">What the user asks.</param>
    public static SamplePrompts Questions(Transformer model, ModelTokenizer tokenizer, IEnumerable<string> questions)
    {
        var format = tokenizer.Chat;
        return new SamplePrompts(
            model, tokenizer.Tokenizer,
            [.. questions.Select(question => ($"{question} ", format.EncodePrompt([new ChatMessage(ChatRole.User, question)])))],
            Options(format, AnswerTokens, temperature: 0));
    }

    /// <summary>What the model makes of each context, a paragraph each.</summary>
    /// <param name="cancellation">Stops between tokens.</param>
    public string Write(CancellationToken cancellation = default)
    {
        using var model = new TorchLanguageModel(_model);
        var fitting = _prompts.Where(p => p.Ids.Length < model.ContextLength).ToArray();
        var texts = new BatchGenerator(model, Math.Max(1, fitting.Length)).Generate([.. fitting.Select(p => p.Ids)], _options, cancellation: cancellation);
        return string.Join('\n', fitting.Zip(texts, (prompt, text) => $"{prompt.Shown}⟶{_tokenizer.Decode(text.Tokens)}"));
    }

    private static GenerationOptions Options(IChatFormat format, int tokens, double temperature) => new()
    {
        MaxNewTokens = tokens,
        StopIds = format.StopIds,
        Sampling = temperature == 0 ? SamplingOptions.Greedy : new SamplingOptions { Temperature = temperature, Seed = 1 },
    };

    /// <summary>The first words of a text: of one line, where it has several.</summary>
    private static string Beginning(string text)
    {
        var line = text.AsSpan().TrimStart();
        line = line[..(line.IndexOf('\n') is > 0 and var end ? end : line.Length)];
        if (line.Length <= TextCharacters)
            return line.ToString();
        var cut = line[..TextCharacters].LastIndexOf(' ');
        return line[..(cut > 0 ? cut : TextCharacters)].ToString();
    }
}
