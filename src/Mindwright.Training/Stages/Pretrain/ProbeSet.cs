using Mindwright.Data.BuiltIn;
using Mindwright.Inference;
using Mindwright.Tokens;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>How probable a model finds a word.</summary>
/// <param name="Word">The word.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record WordProbability(string Word, double Probability);

/// <summary>How probable a model finds words in a context.</summary>
/// <param name="Name">The probe's name.</param>
/// <param name="Context">What the model reads.</param>
/// <param name="Expect">The word that should follow.</param>
/// <param name="Probability">Probability of the expected word.</param>
/// <param name="Against">That of each word that should not follow.</param>
internal sealed record ProbeReading(string Name, string Context, string Expect, double Probability, IReadOnlyList<WordProbability> Against)
{
    /// <summary>The reading as metrics: the expected word under the probe's name, the others under <see cref="MetricOf"/>.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics =>
        Against.Select(w => KeyValuePair.Create(MetricOf(Name, w.Word), w.Probability)).Prepend(KeyValuePair.Create(Name, Probability));

    /// <summary>The metric of a word that a probe speaks against.</summary>
    public static string MetricOf(string probe, string word) => $"{probe}:{word.Trim()}";
}

/// <summary>A probe before and after training.</summary>
/// <param name="Name">The probe's name.</param>
/// <param name="Context">What the model reads.</param>
/// <param name="Expect">The word that should follow.</param>
/// <param name="Before">Its probability before training.</param>
/// <param name="After">Its probability after.</param>
public sealed record ProbeResult(string Name, string Context, string Expect, double Before, double After);

/// <summary>Contexts whose next word shows what a model has understood: the sky of Earth, the sky of Mars.</summary>
internal sealed class ProbeSet
{
    private readonly IReadOnlyList<Probe> _probes;
    private readonly Passage[] _passages;

    /// <summary>Makes a set.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endOfText">The token before each context.</param>
    /// <param name="probes">The probes.</param>
    public ProbeSet(Tokenizer tokenizer, int endOfText, IReadOnlyList<Probe> probes)
    {
        _probes = probes;
        _passages = [.. probes.SelectMany(Words, (probe, word) => Passage.Encode(tokenizer, endOfText, probe.Context, word))];
    }

    /// <summary>Reads each probe: the probability of each of its words after the context, all tokens of the word together.</summary>
    public IReadOnlyList<ProbeReading> Measure(ILanguageModel model)
    {
        var probabilities = model.Score([.. _passages.Select(p => p.Tokens)])
            .Select((scores, i) => Math.Exp(scores.Skip(_passages[i].Given - 1).Sum(s => (double)s.LogProb)))
            .GetEnumerator();
        double Next()
        {
            probabilities.MoveNext();
            return probabilities.Current;
        }
        return [.. _probes.Select(p => new ProbeReading(p.Name, p.Context, p.Expect, Next(), [.. p.Against.Select(word => new WordProbability(word, Next()))]))];
    }

    private static IEnumerable<string> Words(Probe probe) => probe.Against.Prepend(probe.Expect);
}
