namespace Mindwright.Inference;

/// <summary>
/// A causal language model as everything outside <c>Mindwright.Model</c> sees it: tokens in, logits or log-probabilities out.
/// </summary>
/// <remarks>
/// Thread safety: one caller at a time. Token ids outside <c>[0, VocabularySize)</c> throw <see cref="ArgumentOutOfRangeException"/>,
/// sequences longer than <see cref="ContextLength"/> throw <see cref="ArgumentException"/>.
/// </remarks>
public interface ILanguageModel : IDisposable
{
    /// <summary>Number of token ids; the width of a row of logits.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence, in tokens, that the model can attend over.</summary>
    int ContextLength { get; }

    /// <summary>Makes an empty key/value cache.</summary>
    /// <param name="slots">Independent sequences that the cache holds side by side.</param>
    /// <param name="capacity">Tokens a slot can hold, at most <see cref="ContextLength"/>.</param>
    IKeyValueCache CreateCache(int slots, int capacity);

    /// <summary>
    /// Appends tokens to some slots of a cache and computes the logits of the token that follows each of them.
    /// Slots may receive different numbers of tokens (a prompt here, one new token there).
    /// </summary>
    /// <param name="cache">A cache of this model.</param>
    /// <param name="inputs">What each slot receives; a slot appears at most once, with one token or more.</param>
    /// <param name="logits">Receives <c>[inputs, VocabularySize]</c>, row by row: the logits after each input's last token.</param>
    void Forward(IKeyValueCache cache, IReadOnlyList<SlotInput> inputs, Span<float> logits);

    /// <summary>
    /// Scores whole sequences: for each position t ≥ 1, the log-probability of token t given the tokens before it.
    /// </summary>
    /// <param name="sequences">Token sequences, of any lengths; the model batches them as suits it.</param>
    /// <returns>For each sequence of n tokens, n − 1 scores.</returns>
    IReadOnlyList<TokenScore[]> Score(IReadOnlyList<int[]> sequences);
}

/// <summary>Keys and values of the tokens that a model has already seen, for a fixed number of sequences (slots).</summary>
public interface IKeyValueCache : IDisposable
{
    /// <summary>Number of slots.</summary>
    int Slots { get; }

    /// <summary>Tokens that a slot can hold.</summary>
    int Capacity { get; }

    /// <summary>Tokens that a slot holds now.</summary>
    int Length(int slot);

    /// <summary>Shortens a slot to its first <paramref name="length"/> tokens; 0 empties it.</summary>
    void Truncate(int slot, int length);

    /// <summary>Copies the contents of one slot over another, as for many continuations of one prompt.</summary>
    void Copy(int from, int to);
}

/// <summary>The tokens that one slot of a cache receives in one forward pass.</summary>
/// <param name="Slot">Index of the slot.</param>
/// <param name="Tokens">One token id or more.</param>
public readonly record struct SlotInput(int Slot, ReadOnlyMemory<int> Tokens);

/// <summary>How a model rates one token of a sequence, given those before it.</summary>
/// <param name="LogProb">Natural logarithm of its probability (nats).</param>
/// <param name="IsGreedy">Whether no other token is more probable.</param>
public readonly record struct TokenScore(float LogProb, bool IsGreedy);
