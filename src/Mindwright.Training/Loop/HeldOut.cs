using Mindwright.Inference;

namespace Mindwright.Training.Loop;

/// <summary>Sequences that no step learns from, and how surprising a model finds them.</summary>
internal sealed class HeldOut
{
    private readonly IReadOnlyList<int[]> _sequences;
    private readonly IReadOnlyList<int>? _given;

    /// <summary>Keeps sequences for measuring.</summary>
    /// <param name="sequences">Token ids.</param>
    /// <param name="bytes">UTF-8 bytes of the text that the predicted tokens spell.</param>
    /// <param name="given">How many tokens of each sequence are given; the rest is predicted. Null gives the first of each.</param>
    public HeldOut(IReadOnlyList<int[]> sequences, long bytes, IReadOnlyList<int>? given = null)
    {
        _sequences = sequences;
        _given = given;
        Bytes = bytes;
        Tokens = sequences.Select((s, i) => (long)s.Length - Given(i)).Sum();
    }

    /// <summary>The sequences.</summary>
    public IReadOnlyList<int[]> Sequences => _sequences;

    /// <summary>UTF-8 bytes of the text.</summary>
    public long Bytes { get; }

    /// <summary>Tokens that are predicted.</summary>
    public long Tokens { get; }

    /// <summary>Summed negative log-probability of each sequence, in nats.</summary>
    public double[] Nats(ILanguageModel model) => Nats(model.Score(_sequences).Select(scores => scores.Select(s => (double)s.LogProb)));

    /// <summary>Summed negative log-probability of each sequence, in nats, by another kind of model.</summary>
    /// <param name="logProbs">A sequence's log-probabilities, from its second token on.</param>
    public double[] Nats(Func<int[], double[]> logProbs) => Nats(_sequences.Select(logProbs));

    /// <summary>Mean negative log-probability of a token, in nats.</summary>
    public double Loss(ILanguageModel model) => Nats(model).Sum() / Tokens;

    private double[] Nats(IEnumerable<IEnumerable<double>> logProbs) => [.. logProbs.Select((own, i) => -own.Skip(Given(i) - 1).Sum())];

    private int Given(int sequence) => _given?[sequence] ?? 1;
}
