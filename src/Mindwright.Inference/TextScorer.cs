using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference;

/// <summary>Rates texts as continuations of others: how probable a model finds each, and whether it would have written it itself.</summary>
/// <remarks>
/// Context and continuation are encoded <em>jointly</em>, as the model saw text in training, and behind the token that begins a text:
/// what stood before every document then. Harnesses of the field do the same for models with such a token (lm-evaluation-harness with
/// <c>add_bos_token</c>, nanochat); a log-probability therefore never depends on whether the context happens to be empty.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="encode">Ids of ordinary text, without a token that begins it.</param>
/// <param name="start">The id that begins a text; null for a model that has none.</param>
public sealed class TextScorer(ILanguageModel model, Func<string, int[]> encode, int? start)
{
    /// <summary>A scorer for a model with its tokenizer.</summary>
    public TextScorer(ILanguageModel model, Tokenizer tokenizer)
        : this(model, tokenizer.Encode, ModelTokenizer.StartOf(tokenizer))
    {
    }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; } = model;

    /// <summary>The id that begins a text.</summary>
    public int? Start { get; } = start;

    /// <summary>Ids of a text as training saw it: behind the token that begins it.</summary>
    public int[] Encode(string text) => Start is { } first ? [first, .. encode(text)] : encode(text);

    /// <summary>
    /// A continuation after a context. It begins at the first token in which the joint encoding departs from that of the context alone, so
    /// a token that reaches across the boundary, such as " blue" after a context with a trailing space, is rated as a whole.
    /// </summary>
    public ContinuationRequest After(string context, string continuation)
    {
        var alone = Encode(context);
        var joint = Encode(context + continuation);
        return new(joint, continuation.Length == 0 ? joint.Length : alone.AsSpan().CommonPrefixLength(joint));
    }

    /// <summary>A whole text, from its first token where something begins it.</summary>
    public ContinuationRequest Whole(string text) => new(Encode(text), Start is null ? 0 : 1);

    /// <summary>
    /// Rates continuations, in the order of the requests and in batches of the model's choice. What is longer than the model's context
    /// loses its beginning; a first token that nothing precedes is not rated.
    /// </summary>
    public ContinuationScore[] Score(IReadOnlyList<ContinuationRequest> requests)
    {
        var length = Model.ContextLength;
        var fitting = requests.Select(request => request.Tokens.Length <= length
            ? request
            : new(request.Tokens[^length..], Math.Max(0, request.Start - (request.Tokens.Length - length)))).ToArray();
        var scores = Model.Score([.. fitting.Select(request => request.Tokens)]);
        // scores[i][t] rates token t + 1.
        return [.. fitting.Select((request, i) => Sum(scores[i].AsSpan(Math.Clamp(request.Start - 1, 0, scores[i].Length))))];
    }

    private static ContinuationScore Sum(ReadOnlySpan<TokenScore> scores)
    {
        var (sum, isGreedy) = (0.0, true);
        foreach (var score in scores)
        {
            sum += score.LogProb;
            isGreedy &= score.IsGreedy;
        }
        return new ContinuationScore(sum, scores.Length, isGreedy);
    }
}

/// <summary>A sequence of which the tokens from <paramref name="Start"/> on are rated, given those before.</summary>
/// <param name="Tokens">Token ids.</param>
/// <param name="Start">Index of the first token rated; the length of the sequence where none is.</param>
public readonly record struct ContinuationRequest(int[] Tokens, int Start);

/// <summary>How a model rates a continuation.</summary>
/// <param name="LogProb">Its log-probability given the context (nats): the sum over its tokens.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="IsGreedy">Whether each of them is the one that the model finds most probable.</param>
public sealed record ContinuationScore(double LogProb, int Tokens, bool IsGreedy);
