using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Generation;

/// <summary>How a sequence is continued.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to add; fewer where the model's context ends first.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Ids that end a sequence, such as the end of a turn. The one that was drawn is the sequence's last token.</summary>
    public IReadOnlyCollection<int> StopIds { get; init; } = [];

    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Sampling { get; init; } = new();
}

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>The model drew a stop id.</summary>
    Stop,

    /// <summary>The maximum number of new tokens was reached, or the model's context was full.</summary>
    Length,
}

/// <summary>What a model added to a prompt.</summary>
/// <param name="Tokens">The ids drawn, in order, a stop id included.</param>
/// <param name="LogProbs">For each, its log-probability (nats) under the distribution it was drawn from.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record GeneratedSequence(int[] Tokens, float[] LogProbs, FinishReason Finish);
