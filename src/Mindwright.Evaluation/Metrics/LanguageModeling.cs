namespace Mindwright.Evaluation.Metrics;

/// <summary>The measures of how well a model predicts text, from the negative log-likelihood in nats.</summary>
public static class LanguageModeling
{
    /// <summary>Bits per byte: comparable between models whose tokens differ, since the text's bytes do not.</summary>
    /// <param name="nats">Summed negative log-likelihood of the text.</param>
    /// <param name="bytes">UTF-8 bytes of the same text, at least 1.</param>
    public static double BitsPerByte(double nats, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return nats / (Math.Log(2) * bytes);
    }

    /// <summary>Perplexity: the number of equally probable tokens that would surprise as much.</summary>
    /// <param name="nats">Summed negative log-likelihood of the tokens.</param>
    /// <param name="tokens">Number of tokens predicted, at least 1.</param>
    public static double Perplexity(double nats, long tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        return Math.Exp(nats / tokens);
    }
}
