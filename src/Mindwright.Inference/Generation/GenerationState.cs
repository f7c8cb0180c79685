using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Generation;

/// <summary>A sequence that is being continued: its tokens so far, its random numbers, and when it ends.</summary>
internal sealed class GenerationState
{
    private readonly GenerationOptions _options;
    private readonly int[] _tokens;
    private readonly float[] _logProbs;
    private readonly int _promptLength;
    private SequenceRandom _random;
    private int _length;

    /// <summary>Starts with a prompt.</summary>
    /// <param name="prompt">Token ids, one or more.</param>
    /// <param name="number">The sequence's number, which its random numbers depend on.</param>
    /// <param name="contextLength">Tokens that the model can attend over.</param>
    /// <param name="options">How the sequence is continued.</param>
    /// <exception cref="ArgumentException">The prompt is empty, or leaves no space in the context.</exception>
    public GenerationState(ReadOnlySpan<int> prompt, int number, int contextLength, GenerationOptions options)
    {
        if (prompt.IsEmpty)
            throw new ArgumentException($"Prompt {number} is empty: a model needs at least one token to continue", nameof(prompt));
        if (prompt.Length >= contextLength)
            throw new ArgumentException(
                $"Prompt {number} has {prompt.Length} tokens, and the model's context holds {contextLength}, which leaves no space for an answer",
                nameof(prompt));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxNewTokens);
        _options = options;
        _promptLength = _length = prompt.Length;
        var space = Math.Min(options.MaxNewTokens, contextLength - prompt.Length);
        _tokens = new int[prompt.Length + space];
        _logProbs = new float[space];
        prompt.CopyTo(_tokens);
        _random = new SequenceRandom(options.Sampling.Seed, number);
        Finish = space == 0 ? FinishReason.Length : null;
    }

    /// <summary>Why the sequence ended; null until then.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Tokens that a cache must hold for this sequence: all but the last, which nothing follows.</summary>
    public int Capacity => Math.Max(_promptLength, _tokens.Length - 1);

    /// <summary>The prompt's ids.</summary>
    public ReadOnlyMemory<int> Prompt => _tokens.AsMemory(0, _promptLength);

    /// <summary>The last token drawn, which the model sees next.</summary>
    public ReadOnlyMemory<int> Last => _tokens.AsMemory(_length - 1, 1);

    /// <summary>Draws the next token from the logits that follow the last one.</summary>
    public SampledToken Draw(Sampler sampler, ReadOnlySpan<float> logits)
    {
        var token = sampler.Sample(logits, _random.NextDouble(), _tokens.AsSpan(0, _length));
        _logProbs[_length - _promptLength] = token.LogProb;
        _tokens[_length++] = token.Id;
        Finish = _options.StopIds.Contains(token.Id) ? FinishReason.Stop
            : _length == _tokens.Length ? FinishReason.Length
            : null;
        return token;
    }

    /// <summary>What was drawn.</summary>
    public GeneratedSequence ToSequence() => new(
        _tokens[_promptLength.._length], _logProbs[..(_length - _promptLength)], Finish ?? FinishReason.Length);
}
