using Mindwright.Planning.Scaling;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Workbench.Sweep;

/// <summary>The models of a sweep: a family with one dial, trained at several lengths.</summary>
internal sealed class SweepLadder
{
    /// <summary>Channels of the residual stream for each block; also those of a head, so that depth counts heads too.</summary>
    public const int ChannelsPerBlock = 32;

    // The recipe's embedding rate is meant for a model of this width.
    private const double ReferenceWidth = 128;

    private readonly SweepRecipe _recipe;
    private readonly int _vocabulary;
    private readonly long _available;

    /// <summary>Lays out the ladder.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="vocabulary">Token ids.</param>
    /// <param name="available">Tokens of text: a law counts fresh ones, so no model reads any of them twice.</param>
    /// <exception cref="InvalidDataException">There is too little text for a length of the ladder.</exception>
    /// <exception cref="RecipeException">No law could be fitted to these models.</exception>
    public SweepLadder(SweepRecipe recipe, int vocabulary, long available)
    {
        (_recipe, _vocabulary, _available) = (recipe, vocabulary, available);
        Points = [.. recipe.Sweep.Depths.Distinct().Order()
            .SelectMany(depth => recipe.Sweep.Tokens.Distinct().Order().Select(tokens => PointOf(depth, tokens)))
            .Where(point => point.Flops <= recipe.Sweep.Budget)];
        if (Points.Count == 0)
            throw new RecipeException("is less than the smallest model at the shortest length takes", key: "sweep.budget");
        try
        {
            LossFit.CheckIdentifiable([.. Points.Select(p => new LossRow(p.Parameters, p.Tokens, 1))]);
        }
        catch (InvalidDataException e)
        {
            throw new RecipeException(
                $"leaves {Points.Count} models, to which no law can be fitted: {e.Message}", key: "sweep.budget",
                cure: "raise it, or add to sweep.depths and sweep.tokens", innerException: e);
        }
        if (Points.Max(p => p.Tokens) is var longest && longest > available)
            throw new InvalidDataException(
                $"the text has {available:#,0} tokens, and sweep.tokens asks for {longest:#,0} fresh ones; bring more text, or shorten the ladder");
    }

    /// <summary>The models to train, by size and then by length.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>
    /// The model whose loss the law has to predict: so many times the ladder's budget, at the size nearest to the one that the law finds best,
    /// among those for which there is text enough.
    /// </summary>
    public SweepPoint Target(ScalingLaw law)
    {
        var flops = _recipe.Sweep.Budget * _recipe.Sweep.Factor;
        var best = law.Optimal(flops).Parameters;
        return Enumerable.Range(1, 1000)
            .Select(depth => PointOf(depth, flops / (6.0 * Parameters(depth))))
            .SkipWhile(point => point.Tokens > _available)
            .Take(100)
            .MinBy(point => Math.Abs(Math.Log(point.Parameters / best)))!;
    }

    /// <summary>The recipe of one model. Learning rates follow the size, so that each stands near its optimum.</summary>
    /// <remarks>
    /// Muon's step is a fixed share of a matrix at any width, so its rate stays (Jordan et al. 2024). The tied embedding is the output layer
    /// too, whose rate falls with the width (Yang et al. 2022, μP).
    /// </remarks>
    public Recipe RecipeOf(SweepPoint point) => (_recipe with { Model = Shape(point.Depth) }).With(Section with
    {
        Steps = point.Steps,
        EmbeddingRate = Section.EmbeddingRate * ReferenceWidth / (ChannelsPerBlock * point.Depth),
    });

    private PretrainSection Section => _recipe.Stage<PretrainSection>();

    private SweepPoint PointOf(int depth, double tokens)
    {
        var step = Section.Batch * Section.SequenceLength;
        var steps = Math.Max(1, (int)Math.Round(tokens / step));
        return new SweepPoint(depth, Parameters(depth), steps, (long)steps * step);
    }

    private long Parameters(int depth) => Shape(depth).ToConfig(_vocabulary, 0, 0).ParameterCount;

    private ModelSection Shape(int depth) => _recipe.Model with
    {
        Layers = depth,
        Width = ChannelsPerBlock * depth,
        Heads = depth,
        KeyValueHeads = depth,
        // 8/3 of the width, as for a SwiGLU layer that costs what one with two matrices of four times the width would (Shazeer 2020).
        Intermediate = 16 * (int)Math.Round(ChannelsPerBlock * depth * 8 / 3.0 / 16),
        TiedEmbeddings = true,
    };
}
