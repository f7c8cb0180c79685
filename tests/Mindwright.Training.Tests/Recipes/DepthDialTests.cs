using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Recipes;

/// <summary>One dial for the whole of a model.</summary>
public sealed class DepthDialTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void Every_depth_gives_a_valid_recipe_with_about_twenty_tokens_a_parameter_and_more_of_everything_than_the_one_before()
    {
        var before = new PretrainSection { Batch = 0 };
        for (var depth = 1; depth <= 24; depth++)
        {
            var recipe = Read($"model.depth={depth}");
            double parameters = recipe.Model.ToConfig(recipe.Tokenizer.Vocabulary, 0, 0).ParameterCount;
            var pretrain = recipe.Stage<PretrainSection>();
            Assert.Equal(20, (double)pretrain.Steps * pretrain.Batch * pretrain.SequenceLength / parameters, 0.1);
            Assert.Equal(depth, recipe.Model.Layers);
            Assert.Equal(64, recipe.Model.Width / recipe.Model.Heads);
            Assert.True(pretrain.Batch >= before.Batch);
            Assert.True(pretrain.MicroBatch <= pretrain.Batch);
            if (depth > 1)
                Assert.True(pretrain.EmbeddingRate < before.EmbeddingRate);
            before = pretrain;
        }
    }

    [Fact]
    public void What_is_given_wins_over_what_the_depth_would_set_and_a_resolved_recipe_reads_back_the_same()
    {
        var recipe = Read("model.depth=6", "model.layers=3", "pretrain.steps=17", "pretrain.embedding_rate=0.1");
        var pretrain = recipe.Stage<PretrainSection>();
        Assert.Equal((6, 3, 384, 17, 0.1), (recipe.Model.Depth, recipe.Model.Layers, recipe.Model.Width, pretrain.Steps, pretrain.EmbeddingRate));
        using var temp = new TempFolder();
        File.WriteAllText(temp["resolved.toml"], RecipeWriter.Write(recipe));
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Read<Recipe>(temp["resolved.toml"], [], NoEnvironment)));
    }

    [Fact]
    public void Without_a_depth_nothing_changes() => Assert.Equal(RecipeWriter.Write(new Recipe()), RecipeWriter.Write(Read()));

    private static Recipe Read(params string[] sets) => RecipeReader.Read<Recipe>(null, sets, NoEnvironment);
}
