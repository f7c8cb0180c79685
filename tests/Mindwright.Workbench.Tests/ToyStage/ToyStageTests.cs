using Mindwright.Inference.Files;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;
using Mindwright.Training.Tests;
using Mindwright.Training.Tests.Loop;
using Mindwright.Workbench.Runs;
using Mindwright.Workbench.Tests.Runs;

namespace Mindwright.Workbench.Tests.ToyStage;

/// <summary>A stage that stands in a folder of its own and is registered by one line: everything else takes it as its own.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class ToyStageTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void Its_section_is_read_and_written_like_those_of_the_product()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["recipe.toml"], "stages = [\"sft\", \"toy\"]\n[toy]\nbeta = 3.5\nsteps = 7\n");
        var recipe = RecipeReader.Read<Recipe>(temp["recipe.toml"], ["toy.pairs=2"], NoEnvironment);
        Assert.Equal(new ToySection { Beta = 3.5, Steps = 7, Pairs = 2 }, recipe.Stage<ToySection>());
        Assert.Contains("[toy]", RecipeWriter.Write(new Recipe()), StringComparison.Ordinal);
        File.WriteAllText(temp["resolved.toml"], RecipeWriter.Write(recipe));
        Assert.Equal(recipe.Stage<ToySection>(), RecipeReader.Read<Recipe>(temp["resolved.toml"], [], NoEnvironment).Stage<ToySection>());
        Assert.Equal(14, recipe.WithBudget(2).Stage<ToySection>().Steps);
    }

    [Theory]
    [InlineData("toy.bta=1", "toy.bta", "did you mean beta?")]
    [InlineData("toy.clip=1", "toy.clip", "it is now max_grad_norm")]
    [InlineData("toy.pairs=0", "toy.pairs", "it must lie between 1 and 1000")]
    [InlineData("toys.beta=1", "toys", "did you mean toy?")]
    [InlineData("stages=[sft, tyo]", "stages", "expected a list")]
    [InlineData("stages=[\"sft\", \"tyo\"]", "stages", "there is no stage \"tyo\"; there are pretrain, sft, reason, toy")]
    public void A_mistake_in_its_section_is_named_with_the_cure(string set, string key, string message)
    {
        var error = Assert.Throws<RecipeException>(() => RecipeReader.Read<Recipe>(null, [set], NoEnvironment));
        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void The_pipeline_runs_it_the_report_shows_it_and_a_resumed_run_skips_it(int rank)
    {
        using var temp = new TempFolder();
        var recipe = ToyRecipe(temp, rank);
        var result = SmallRun.Run(temp, "run", recipe, ["sft", "toy"], Import(temp));
        var toy = result.Of<ToyResult>()!;
        Assert.True(toy.After > toy.Before, $"{toy.Before} then {toy.After}");
        Assert.Equal(["sft", "toy"], result.Stages.Keys);
        var losses = SmallStages.Losses(temp["run"], "toy");
        Assert.True(losses[^3..].Average() < losses[..3].Average(), string.Join(", ", losses));

        Assert.Contains("Preferences: learn from pairs", File.ReadAllText(temp["run/report.html"]), StringComparison.Ordinal);
        Assert.Contains("pairs of answers, made up", RunFolder.ReadManifest(temp["run"]).Sources);
        Assert.Contains(RunOutcome.Of(recipe, result), line => line.Stage == "toy" && line.Reached.EndsWith("of short answers preferred", StringComparison.Ordinal));
        Assert.Equal($"./mindwright chat {temp["run"]}", NextCommands.After(result, recipe, temp["run"])[0]);
        Assert.Equal(["sft", "toy"], RunSummary.Read(temp["run"]).Stages.Select(stage => stage.Stage));

        var before = SmallRun.Weights(temp["run"]);
        var progress = new RecordedProgress();
        var again = SmallRun.Resume(temp["run"], progress);
        Assert.Contains("toy is done already", progress.Messages);
        Assert.Empty(progress.Steps);
        Assert.Equal(toy, again.Of<ToyResult>());
        Assert.Equal(before, SmallRun.Weights(temp["run"]));
    }

    [Fact]
    public void Broken_off_and_resumed_it_reaches_the_same_to_the_bit()
    {
        using var temp = new TempFolder();
        var from = Import(temp);
        var whole = SmallRun.Run(temp, "whole", ToyRecipe(temp), ["toy"], from);
        SmallRun.Interrupt(temp, "broken", ToyRecipe(temp), ["toy"], from, afterStep: 5);
        var broken = SmallRun.Resume(temp["broken"]);
        Assert.Equal(whole.Of<ToyResult>(), broken.Of<ToyResult>());
        Assert.Equal(SmallRun.Weights(temp["whole"]), SmallRun.Weights(temp["broken"]));
    }

    [Fact]
    public void Two_processes_share_out_its_pairs_and_train_as_one_does()
    {
        using var temp = new TempFolder();
        var from = Import(temp);
        var recipe = ToyRecipe(temp);
        recipe = recipe.With(recipe.Stage<ToySection>() with { Pairs = 5, Muon = false });
        var alone = SmallRun.Run(temp, "alone", recipe, ["toy"], from);
        var together = ThreadWorld.Run(2, collective => SmallRun.Run(temp, "together", recipe, ["toy"], from, collective: collective));
        Assert.Equal(alone.Of<ToyResult>(), together[0].Of<ToyResult>());
        Assert.All(SmallRun.Weights(temp["alone"]).Zip(SmallRun.Weights(temp["together"])), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_second_stage_of_that_name_is_refused() => Assert.Throws<ArgumentException>(() => StageList.Add(new ToyDefinition()));

    private static Recipe ToyRecipe(TempFolder temp, int rank = 0) => SmallRun.Recipe(temp, rank).With(new ToySection { Steps = 12, MatrixRate = 0.01, EmbeddingRate = 0.001 });

    private static string Import(TempFolder temp) => ImportedModel.Write(temp["base"], Architecture.Qwen3, ImportedModel.ChatMl, "<|im_end|>");
}
