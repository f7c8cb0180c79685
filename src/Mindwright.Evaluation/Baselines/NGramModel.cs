namespace Mindwright.Evaluation.Baselines;

/// <summary>
/// An interpolated n-gram model with modified Kneser–Ney smoothing (Chen and Goodman 1998, section 3): what a transformer
/// has to beat on the same tokens. Order 2 is the bigram baseline.
/// </summary>
/// <remarks>
/// The highest order uses counts; each lower one uses the number of different tokens seen before an n-gram. A token's
/// probability is (c − D(c))/total, plus the discounted mass times the probability at the next lower order, down to the
/// uniform distribution. So every context's probabilities sum to 1, and none is 0. Thread-safe once fitted.
/// </remarks>
public sealed class NGramModel
{
    private readonly NGramLevel[] _levels;

    private NGramModel(NGramLevel[] levels, int vocabularySize)
    {
        _levels = levels;
        VocabularySize = vocabularySize;
    }

    /// <summary>The longest n-gram: a token is predicted from at most <c>Order − 1</c> tokens before it.</summary>
    public int Order => _levels.Length;

    /// <summary>Number of token ids.</summary>
    public int VocabularySize { get; }

    /// <summary>Counts and smooths.</summary>
    /// <param name="tokens">Training tokens, as one stream; separators between documents are tokens like others.</param>
    /// <param name="vocabularySize">Number of token ids.</param>
    /// <param name="order">The longest n-gram, at least 1.</param>
    /// <param name="cancellation">Stops the counting.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary, or the order below 1.</exception>
    public static NGramModel Fit(ReadOnlySpan<int> tokens, int vocabularySize, int order, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        var levels = new NGramLevel[order];
        for (var n = 0; n < order; n++)
            levels[n] = new NGramLevel();

        var context = NewContext(order);
        for (var t = 0; t < tokens.Length; t++)
        {
            if ((t & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            var token = Checked(tokens[t], vocabularySize);

            var shorter = 0; // the node of the last n tokens, this one included
            for (var n = 0; n < order; n++)
            {
                var node = -1;
                if (context[n] >= 0)
                {
                    node = levels[n].GetOrAdd(context[n], token, out var isNew);
                    if (n == order - 1)
                        levels[n].Counts[node]++;
                    if (isNew && n > 0)
                        levels[n - 1].Counts[shorter]++; // one more left neighbor
                }
                if (n > 0)
                    context[n] = shorter;
                shorter = node;
            }
        }

        for (var n = 0; n < order; n++)
            levels[n].Smooth(contexts: n == 0 ? 1 : levels[n - 1].Count);
        return new(levels, vocabularySize);
    }

    /// <summary>
    /// Log-probabilities in nats of the tokens of a sequence from the second on, each given those before it: n − 1 values
    /// for n tokens, like <see cref="Inference.ILanguageModel.Score"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    public double[] LogProbs(ReadOnlySpan<int> sequence)
    {
        var logProbs = new double[Math.Max(0, sequence.Length - 1)];
        var context = NewContext(Order);
        for (var t = 0; t < sequence.Length; t++)
        {
            var probability = Advance(context, Checked(sequence[t], VocabularySize));
            if (t > 0)
                logProbs[t - 1] = Math.Log(probability);
        }
        return logProbs;
    }

    /// <summary>context[n]: the node of the last n tokens in level n − 1, or −1 if they were never seen; context[0] is the empty one.</summary>
    private static int[] NewContext(int order)
    {
        var context = new int[order];
        Array.Fill(context, -1, 1, order - 1);
        return context;
    }

    /// <summary>The probability of a token, from the lowest order up; then moves the context past the token.</summary>
    private double Advance(int[] context, int token)
    {
        var probability = 1.0 / VocabularySize;
        var shorter = 0; // the node of the last n tokens, this one included
        for (var n = 0; n < Order; n++)
        {
            var before = context[n];
            var node = -1;
            if (before >= 0)
            {
                node = _levels[n].Find(before, token);
                probability = _levels[n].Interpolate(before, node, probability);
            }
            if (n > 0)
                context[n] = shorter;
            shorter = node;
        }
        return probability;
    }

    private static int Checked(int token, int vocabularySize) =>
        (uint)token < (uint)vocabularySize
            ? token
            : throw new ArgumentOutOfRangeException(
                nameof(token), token, $"Token {token} is outside the vocabulary of {vocabularySize} ids.");
}
