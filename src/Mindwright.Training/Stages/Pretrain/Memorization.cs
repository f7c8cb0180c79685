using Mindwright.Inference;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>How a model goes on with passages whose beginning it is given.</summary>
/// <param name="Loss">Mean negative log-probability of a token that was asked for, in nats.</param>
/// <param name="Exact">Share of the passages that it continues word for word by greedy decoding (Carlini et al. 2023, "extractable").</param>
public sealed record Memorization(double Loss, double Exact)
{
    /// <summary>Asks a model for the passages' rest.</summary>
    internal static Memorization Of(ILanguageModel model, IReadOnlyList<Passage> passages)
    {
        // Greedy decoding gives the true continuation if, and only if, each true token is the most probable one after those before it; so
        // scoring answers what generating would.
        var asked = model.Score([.. passages.Select(p => p.Tokens)]).Zip(passages, (scores, p) => scores[(p.Given - 1)..]).ToArray();
        return new Memorization(
            -asked.Sum(scores => scores.Sum(s => (double)s.LogProb)) / asked.Sum(scores => scores.Length),
            asked.Count(scores => scores.All(s => s.IsGreedy)) / (double)asked.Length);
    }
}
