using Mindwright.Planning.Scaling;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Workbench.Tests.Sweep;

public sealed class SweepLadderTests
{
    private static readonly SweepRecipe Recipe = (SweepRecipe)new SweepRecipe
    {
        Sweep = new SweepSection { Depths = [4, 2, 3], Tokens = [1_000_000, 300_000, 3_000_000], Budget = 3e12, Factor = 8 },
    }.With(new PretrainSection { Batch = 8, SequenceLength = 128, EmbeddingRate = 0.02 });

    [Fact]
    public void Every_affordable_pair_of_size_and_length_is_a_model_of_that_size_and_length()
    {
        var points = new SweepLadder(Recipe, 1024, available: 10_000_000).Points;
        Assert.All(points, point =>
        {
            Assert.InRange(point.Flops, 0, Recipe.Sweep.Budget);
            Assert.Equal(point.Steps * 8L * 128, point.Tokens);
            Assert.Contains(Recipe.Sweep.Tokens, tokens => Math.Abs(tokens - point.Tokens) <= 512);
        });
        Assert.Equal(points.Count, points.Select(p => p.Name).Distinct().Count());
        Assert.Equal([2, 2, 2, 3, 3, 4], points.Select(p => p.Depth));
        // Embedding of 1,024 × 64; two blocks of 4·64² + 3·64·176 and four gains of 32 or 64; the last gain.
        Assert.Equal(1024 * 64 + 2 * (4 * 64 * 64 + 3 * 64 * 176 + 2 * 64 + 2 * 32) + 64, points[0].Parameters);
    }

    [Fact]
    public void The_target_has_the_compute_asked_for_at_about_the_size_that_the_law_finds_best()
    {
        var ladder = new SweepLadder(Recipe, 1024, available: 1_000_000_000);
        var law = new ParametricLaw("law", "test", 2, 100, 100, 0.34, 0.34);
        var target = ladder.Target(law);
        Assert.InRange(target.Flops / (8 * 3e12), 0.999, 1.001);
        var best = law.Optimal(8 * 3e12).Parameters;
        Assert.InRange(target.Parameters / best, 0.6, 1.6);
    }

    [Fact]
    public void No_token_is_read_twice()
    {
        Assert.Contains("sweep.tokens", Assert.Throws<InvalidDataException>(() => new SweepLadder(Recipe, 1024, available: 2_000_000)).Message, StringComparison.Ordinal);
        var target = new SweepLadder(Recipe, 1024, available: 3_100_000).Target(new ParametricLaw("law", "test", 2, 10, 10_000, 0.3, 0.3));
        Assert.InRange(target.Tokens, 1, 3_100_000);
    }

    [Fact]
    public void Wider_models_learn_their_embeddings_more_slowly_and_their_matrices_alike()
    {
        var ladder = new SweepLadder(Recipe, 1024, available: 10_000_000);
        var (small, large) = (ladder.RecipeOf(ladder.Points[0]), ladder.RecipeOf(ladder.Points[^1]));
        Assert.Equal(2 * large.Stage<PretrainSection>().EmbeddingRate, small.Stage<PretrainSection>().EmbeddingRate, 1e-12);
        Assert.Equal(large.Stage<PretrainSection>().MatrixRate, small.Stage<PretrainSection>().MatrixRate);
        Assert.Equal((4, 128, 4), (large.Model.Layers, large.Model.Width, large.Model.Heads));
    }

    [Fact]
    public void A_budget_that_buys_nothing_is_a_mistake_in_the_recipe() => Assert.Contains(
        "sweep.budget",
        Assert.Throws<RecipeException>(() => new SweepLadder(Recipe with { Sweep = Recipe.Sweep with { Budget = 1e9 } }, 1024, 10_000_000)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(8e11, "to which no law can be fitted")]
    [InlineData(3e12, null)]
    public void A_ladder_to_which_no_law_can_be_fitted_is_refused_before_it_is_trained(double budget, string? refusal)
    {
        SweepLadder Make() => new(Recipe with { Sweep = Recipe.Sweep with { Depths = [2, 3, 4], Tokens = [1_000_000, 300_000, 200_000], Budget = budget } }, 1024, 10_000_000);
        if (refusal is null)
            Assert.Equal(8, Make().Points.Count);
        else
            Assert.Contains(refusal, Assert.Throws<RecipeException>(Make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_that_comes_with_the_program_reads_without_an_error()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "recipes")))
            root = root.Parent;
        Assert.NotNull(root);
        var recipe = RecipeReader.Read<SweepRecipe>(Path.Combine(root.FullName, "recipes", "sweep.toml"), [], new Dictionary<string, string>());
        Assert.Equal("sweep", recipe.Name);
        Assert.NotEmpty(recipe.Sweep.Depths);
    }
}
