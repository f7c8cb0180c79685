namespace Mindwright.Inference.Sampling;

/// <summary>
/// How the next token is drawn from a row of logits. The defaults draw from the model's own distribution, unchanged.
/// </summary>
/// <remarks>
/// The transformations apply in the order in which other implementations apply them: repetition penalty, temperature, top-k, top-p, min-p.
/// Each cuts by a threshold: tokens that tie with the last one kept are kept too, so that the outcome doesn't depend on the order of ids.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>Always the most probable token.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>What a conversation is drawn with unless its user says otherwise: a little under the model's own temperature, without the improbable tail.</summary>
    public static SamplingOptions Chat { get; } = new() { Temperature = 0.7, TopP = 0.95 };

    /// <summary>Divides the logits; below 1 makes probable tokens more so; 0 always takes the most probable token.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws from this many most probable tokens only; 0 draws from all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Draws from the fewest most probable tokens whose probabilities sum to at least this, in (0, 1]
    /// (nucleus sampling; Holtzman et al. 2020, arXiv:1904.09751).
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Draws from tokens at least this fraction as probable as the most probable one, in [0, 1] (Nguyen et al. 2024, arXiv:2407.01082).
    /// </summary>
    public double MinP { get; init; }

    /// <summary>
    /// Divides the positive and multiplies the negative logits of tokens that occurred already; 1 changes nothing
    /// (Keskar et al. 2019, arXiv:1909.05858, section 4.1).
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Where the random numbers start: the same seed, prompt and model give the same text.</summary>
    public int Seed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(double.IsFinite(Temperature) && Temperature >= 0, nameof(Temperature), Temperature, "0 or more");
        Require(TopK >= 0, nameof(TopK), TopK, "0 (off) or more");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1 (off)");
        Require(MinP is >= 0 and <= 1, nameof(MinP), MinP, "between 0 (off) and 1");
        Require(double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0, nameof(RepetitionPenalty), RepetitionPenalty, "above 0; 1 is off");
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
