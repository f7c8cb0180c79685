using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Recipes;

/// <summary>One number, the depth, from which the size of a model and the options of its pre-training follow.</summary>
/// <remarks>
/// The shape keeps its proportions, so that a deeper model is wider, too (the idea of nanochat's dial). Everything else follows from the shape:
/// <list type="bullet">
/// <item>layers = depth, width = 64·depth, heads of 64 channels, feed-forward 8/3 of the width (Shazeer 2020), up to the next multiple of 64;</item>
/// <item>tokens D = 20 for each of the N parameters (Hoffmann et al. 2022);</item>
/// <item>tokens of a step = ¼ · 0.292 · C^0.3271 for C = 6·N·D floating-point operations: DeepSeek-AI 2024 (arXiv:2401.02954, eq. 1), and a quarter of
/// it because models of a few million parameters learned most from a token in smaller steps here (docs/log.md);</item>
/// <item>the rate of embeddings falls as 1/√width (Yang et al. 2022 find that rates of vector-like parameters must not grow with it), and is the
/// default one at the default width; Muon's update has the same spectral size at every width, so the rate of matrices stays.</item>
/// </list>
/// </remarks>
public static class DepthDial
{
    private const int HeadSize = 64;
    private const double TokensPerParameter = 20;
    private const double BatchFactor = 0.292 / 4;
    private const double BatchExponent = 0.3271;

    /// <summary>The recipe with what follows from its depth.</summary>
    public static Recipe Apply(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var depth = recipe.Model.Depth;
        var width = HeadSize * depth;
        var model = recipe.Model with { Layers = depth, Width = width, Heads = depth, KeyValueHeads = depth, Intermediate = UpTo(HeadSize, width * 8.0 / 3) };
        var section = recipe.Stage<PretrainSection>();
        double parameters = model.ToConfig(recipe.Tokenizer.Vocabulary, 0, 0).ParameterCount;
        var tokens = TokensPerParameter * parameters;
        var flops = 6 * parameters * tokens;
        var batch = Math.Max(1, (int)Math.Round(BatchFactor * Math.Pow(flops, BatchExponent) / section.SequenceLength));
        return (recipe with { Model = model }).With(section with
        {
            Batch = batch,
            MicroBatch = Math.Min(batch, new PretrainSection().MicroBatch),
            Steps = (int)Math.Ceiling(tokens / (batch * (double)section.SequenceLength)),
            EmbeddingRate = new PretrainSection().EmbeddingRate * Math.Sqrt((double)new ModelSection().Width / width),
        });
    }

    private static int UpTo(int multiple, double size) => multiple * (int)Math.Ceiling(size / multiple);
}
