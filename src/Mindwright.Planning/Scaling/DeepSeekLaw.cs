namespace Mindwright.Planning.Scaling;

/// <summary>
/// DeepSeek-AI 2024, DeepSeek LLM (section 3). Size is M, non-embedding FLOPs a token, so that C = M·D holds with attention counted.
/// </summary>
public sealed class DeepSeekLaw : ScalingLaw
{
    internal DeepSeekLaw()
        : base("deepseek", "M* = 0.1715·C^0.5243 FLOP/token, D* = 5.8316·C^0.4757; N shown as M/6",
            "DeepSeek-AI 2024, DeepSeek LLM, equations 1, 2 and 4",
            [new("M_base", 0.1715), new("a", 0.5243), new("D_base", 5.8316), new("b", 0.4757),
             new("lr_base", 0.3118), new("lr_exponent", -0.1250), new("batch_base", 0.2920), new("batch_exponent", 0.3271)])
    {
    }

    /// <inheritdoc/>
    public override Allocation Optimal(double flops) =>
        new(flops, FlopsPerToken(flops) / 6, 5.8316 * Math.Pow(Require.Positive(flops, nameof(flops)), 0.4757), null);

    /// <summary>M*: the best non-embedding FLOPs a token for a budget.</summary>
    public static double FlopsPerToken(double flops) => 0.1715 * Math.Pow(Require.Positive(flops, nameof(flops)), 0.5243);

    /// <summary>The near-optimal peak learning rate for a budget.</summary>
    public static double LearningRate(double flops) => 0.3118 * Math.Pow(Require.Positive(flops, nameof(flops)), -0.1250);

    /// <summary>The near-optimal batch for a budget, in tokens.</summary>
    public static double BatchTokens(double flops) => 0.2920 * Math.Pow(Require.Positive(flops, nameof(flops)), 0.3271);
}
