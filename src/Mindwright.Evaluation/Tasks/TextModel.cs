using Mindwright.Inference;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Tasks;

/// <summary>A model together with its way from text to tokens and back: what a task is put to.</summary>
public sealed class TextModel
{
    /// <summary>The model.</summary>
    public required ILanguageModel Model { get; init; }

    /// <summary>Ids of ordinary text, without a start token.</summary>
    public required Func<string, int[]> Encode { get; init; }

    /// <summary>Text of ids.</summary>
    public required Func<int[], string> Decode { get; init; }

    /// <summary>Names weights and tokenizer, so that results of one model are never taken for another's.</summary>
    public required string Hash { get; init; }

    /// <summary>The id that stood before every text in training, such as <c>&lt;|endoftext|&gt;</c>.</summary>
    public int? Start { get; init; }

    /// <summary>Ids at which an answer ends.</summary>
    public IReadOnlyCollection<int> StopIds { get; init; } = [];

    /// <summary>Makes the prompt of a conversation, up to where the assistant speaks; null for a model that continues text and does not chat.</summary>
    public Func<IReadOnlyList<ChatMessage>, int[]>? ChatPrompt { get; init; }

    /// <summary>
    /// Reads what the model wrote after a prompt: (prompt, ids) → message, its thinking apart from its content. Null: the text is all that is known,
    /// and thinking ends at the last <c>&lt;/think&gt;</c>.
    /// </summary>
    public Func<int[], int[], ChatMessage>? ParseAnswer { get; init; }

    /// <summary>A model with what its folder says about text and conversations.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer and chat format.</param>
    /// <param name="hash">Names the weights.</param>
    /// <param name="chats">Whether questions are put to it as a conversation, by its own template; else as text to continue.</param>
    /// <exception cref="InvalidDataException">It cannot converse.</exception>
    public static TextModel Of(ILanguageModel model, ModelTokenizer tokenizer, string hash, bool chats)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Of(model, tokenizer.Tokenizer, hash, chats ? tokenizer.Chat : null, tokenizer.StopIds);
    }

    private static TextModel Of(ILanguageModel model, Tokenizer tokenizer, string hash, IChatFormat? chat, IReadOnlyList<int> stopIds) => new()
    {
        Model = model,
        Encode = tokenizer.Encode,
        Decode = ids => tokenizer.Decode(ids),
        Hash = chat is null ? hash : hash + " in conversation",
        Start = ModelTokenizer.StartOf(tokenizer),
        StopIds = [.. stopIds],
        ChatPrompt = chat is null ? null : messages => chat.EncodePrompt(messages),
        ParseAnswer = chat is null ? null : (prompt, ids) => chat.ParseAnswer(ids, OpensThinking(chat, prompt)),
    };

    /// <summary>Ids of a text as training saw it: after the start token.</summary>
    public int[] EncodeFromStart(string text) => Scorer.Encode(text);

    /// <summary>A continuation to be rated after a context; see <see cref="TextScorer.After"/>.</summary>
    /// <exception cref="ArgumentException">There is no continuation.</exception>
    public ContinuationRequest After(string context, string continuation) => continuation.Length > 0
        ? Scorer.After(context, continuation)
        : throw new ArgumentException("There is no continuation to rate.", nameof(continuation));

    /// <summary>A whole text to be rated; see <see cref="TextScorer.Whole"/>.</summary>
    public ContinuationRequest Whole(string text) => Scorer.Whole(text);

    /// <summary>Rates continuations, in the order of the requests; see <see cref="TextScorer.Score"/>.</summary>
    public ContinuationScore[] Score(IReadOnlyList<ContinuationRequest> requests) => Scorer.Score(requests);

    private TextScorer Scorer => new(Model, Encode, Start);

    // Some templates open the thinking block at the end of the prompt.
    private static bool OpensThinking(IChatFormat chat, int[] prompt) =>
        chat.ThinkStart is { } open && Array.LastIndexOf(prompt, open) is >= 0 and var at && at > Array.LastIndexOf(prompt, chat.ThinkEnd ?? -1);
}
