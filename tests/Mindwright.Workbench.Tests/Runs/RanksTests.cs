using Mindwright.Inference.Files;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;
using Mindwright.Training.Tests;
using Mindwright.Training.Tests.Loop;
using Mindwright.Workbench.Runs;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Two processes, played by threads, run the pipeline: rank 0 alone has the run folder.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class RanksTests
{
    [Fact]
    public void From_text_to_a_chat_two_processes_make_the_model_that_one_makes()
    {
        using var temp = new TempFolder();
        var recipe = FromText(temp);
        string[] stages = ["pretrain", "sft", "reason"];
        var alone = SmallRun.Run(temp, "alone", recipe, stages, null);
        var together = Together(temp, "together", recipe, stages, null);
        AssertClose(SmallRun.Weights(temp["alone"]), SmallRun.Weights(temp["together"]));
        Assert.Equal(alone.Of<PretrainResult>()!.BitsPerByte.Estimate, together.Of<PretrainResult>()!.BitsPerByte.Estimate, 1e-4);
        Assert.Equal(alone.Of<SftResult>()!.Answers, together.Of<SftResult>()!.Answers);
        // The same answers were sampled, though each process wrote only those to half of the problems.
        Assert.Equal(Column(temp["alone"], "reason", "answer_tokens"), Column(temp["together"], "reason", "answer_tokens"));
        Assert.Equal(Column(temp["alone"], "reason", "reward"), Column(temp["together"], "reason", "reward"));
        Assert.Contains(Column(temp["alone"], "reason", "groups_with_signal"), groups => groups > 0);
        Assert.Equal(alone.Of<ReasonResult>()!.Samples, together.Of<ReasonResult>()!.Samples);
        foreach (var stage in stages)
            Assert.Equal(SmallStages.Losses(temp["alone"], stage).Length, SmallStages.Losses(temp["together"], stage).Length); // each step once
        Assert.Equal(Files(temp["alone"]), Files(temp["together"]));
    }

    [Fact]
    public void The_other_rank_leaves_no_file_of_its_own()
    {
        using var temp = new TempFolder();
        var recipe = SmallRun.Recipe(temp, rank: 4);
        var from = Import(temp);
        SmallRun.Run(temp, "alone", recipe, ["reason"], from);
        var (here, before) = (Directory.GetCurrentDirectory(), Files(Directory.GetCurrentDirectory()));
        Together(temp, "together", recipe, ["reason"], from);
        Assert.Equal(Files(temp["alone"]), Files(temp["together"]));
        Assert.Equal(before, Files(here));
    }

    [Theory]
    [InlineData("sft", 0)]
    [InlineData("sft", 4)]
    [InlineData("reason", 0)]
    public void An_interrupted_run_of_two_processes_is_resumed_by_two_and_reaches_the_same(string stage, int rank)
    {
        using var temp = new TempFolder();
        var recipe = SmallRun.Recipe(temp, rank);
        var from = Import(temp);
        Together(temp, "whole", recipe, [stage], from);
        ThreadWorld.Run(2, collective =>
        {
            SmallRun.Interrupt(temp, "broken", recipe, [stage], from, afterStep: 1, collective);
            return 0;
        });
        Assert.Equal(RunStatus.Interrupted, RunSummary.Read(temp["broken"]).Status);
        ThreadWorld.Run(2, collective =>
        {
            using var run = collective.Rank == 0 ? RunFolder.Open(temp["broken"]) : null;
            return RunPipeline.Run(recipe, run, [stage], SilentProgress.Instance, resume: true, from, collective);
        });
        Assert.Equal(RunStatus.Done, RunSummary.Read(temp["broken"]).Status);
        Assert.Equal(SmallRun.Weights(temp["whole"]), SmallRun.Weights(temp["broken"]));
        Assert.Equal(SmallStages.Losses(temp["whole"], stage), SmallStages.Losses(temp["broken"], stage));
    }

    private static RunResult Together(TempFolder temp, string name, Recipe recipe, string[] stages, string? from) =>
        ThreadWorld.Run(2, collective => SmallRun.Run(temp, name, recipe, stages, from, collective: collective))[0];

    // AdamW throughout, since Muon's own bf16 products would hide what is asked here; and at small rates, since AdamW moves a weight by the whole
    // rate also where its gradient is nothing but rounding.
    private static Recipe FromText(TempFolder temp)
    {
        File.WriteAllLines(temp["text.txt"], Enumerable.Range(0, 200).Select(i => $"What is {i} and {i % 7}? The answer is {i + i % 7}, my friend."));
        var recipe = SmallRun.Recipe(temp);
        recipe = recipe with
        {
            Data = new DataSection { Paths = [temp["text.txt"]] },
            Tokenizer = new TokenizerSection { Vocabulary = 285 },
            Model = new ModelSection { Layers = 1, Width = 32, Heads = 2, KeyValueHeads = 2, Intermediate = 64, Context = 128 },
            Questions = [new QuestionSection { Text = "What is 3 and 4?" }],
        };
        return recipe
            .With(new PretrainSection { Steps = 6, Batch = 4, MicroBatch = 2, SequenceLength = 32, EvaluationTokens = 200, Muon = false, MatrixRate = 5e-4, EmbeddingRate = 5e-4, VectorRate = 5e-4 })
            .With(recipe.Stage<SftSection>() with { Steps = 6, Muon = false, MatrixRate = 5e-4, EmbeddingRate = 5e-4, VectorRate = 5e-4 })
            .With(recipe.Stage<ReasonSection>() with
            {
                // What a model that has hardly learned does about every other time.
                Graders = [new() { Name = "regex", Pattern = "[a-m]$" }],
                Steps = 4,
                ProblemsPerStep = 3,
                GroupSize = 4,
                Muon = false,
                MatrixRate = 5e-4,
                EmbeddingRate = 5e-4,
                VectorRate = 5e-4,
            });
    }

    private static string Import(TempFolder temp) => ImportedModel.Write(temp["base"], Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>");

    private static double[] Column(string run, string stage, string metric) =>
        [.. MetricsLog.Read(Path.Combine(run, RunFolder.MetricsFile)).Where(row => row.Stage == stage).Select(row => row[metric]!.Value)];

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5f);
    }
}
