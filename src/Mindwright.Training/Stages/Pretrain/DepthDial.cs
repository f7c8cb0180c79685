using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>The options of pre-training that follow from the size of a model which <see cref="ModelSection.Depth"/> sets.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>tokens D = 20 for each of the N parameters (Hoffmann et al. 2022);</item>
/// <item>tokens of a step = ¼ · 0.292 · C^0.3271 for C = 6·N·D floating-point operations: DeepSeek-AI 2024 (arXiv:2401.02954, eq. 1), and a quarter of
/// it because models of a few million parameters learned most from a token in smaller steps here (docs/log.md);</item>
/// <item>the rate of embeddings falls as 1/√width (Yang et al. 2022 find that rates of vector-like parameters must not grow with it), and is the
/// default one at the default width; Muon's update has the same spectral size at every width, so the rate of matrices stays.</item>
/// </list>
/// </remarks>
internal static class DepthDial
{
    private const double TokensPerParameter = 20;
    private const double BatchFactor = 0.292 / 4;
    private const double BatchExponent = 0.3271;

    /// <summary>The section with what follows from a recipe's model.</summary>
    public static PretrainSection Apply(PretrainSection section, Recipe recipe)
    {
        double parameters = recipe.Model.ToConfig(recipe.Tokenizer.Vocabulary, 0, 0).ParameterCount;
        var tokens = TokensPerParameter * parameters;
        var flops = 6 * parameters * tokens;
        var batch = Math.Max(1, (int)Math.Round(BatchFactor * Math.Pow(flops, BatchExponent) / section.SequenceLength));
        return section with
        {
            Batch = batch,
            MicroBatch = Math.Min(batch, new PretrainSection().MicroBatch),
            Steps = (int)Math.Ceiling(tokens / (batch * (double)section.SequenceLength)),
            EmbeddingRate = new PretrainSection().EmbeddingRate * Math.Sqrt((double)new ModelSection().Width / recipe.Model.Width),
        };
    }
}
