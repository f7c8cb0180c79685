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

    /// <summary>Makes the prompt of a conversation with one question; null for a model that continues text and does not chat.</summary>
    public Func<string, int[]>? ChatPrompt { get; init; }

    /// <summary>A model with a tokenizer of ours.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="hash">Names the weights.</param>
    /// <param name="chat">How it was trained on conversations, so that questions are put to it as such; null if it was not.</param>
    public static TextModel Of(ILanguageModel model, Tokenizer tokenizer, string hash, ChatFormat? chat = null) =>
        Of(model, ModelTokenizer.Own(tokenizer), hash, chats: chat is not null);

    /// <summary>A model with its tokenizer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">Its tokenizer, and how it converses.</param>
    /// <param name="hash">Names the weights.</param>
    /// <param name="chats">Whether it was trained on conversations, so that questions are put to it as such.</param>
    public static TextModel Of(ILanguageModel model, ModelTokenizer text, string hash, bool chats) => new()
    {
        Model = model,
        Encode = text.Tokenizer.Encode,
        Decode = ids => text.Tokenizer.Decode(ids),
        Hash = chats ? hash + " in conversation" : hash,
        Start = text.Start,
        StopIds = text.StopIds,
        ChatPrompt = chats ? question => text.Chat.EncodePrompt([new(ChatRole.User, question)]) : null,
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
}
