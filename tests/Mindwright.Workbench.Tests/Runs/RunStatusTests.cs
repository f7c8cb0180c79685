using Mindwright.Inference.Files;
using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;
using Mindwright.Training.Tests;
using Mindwright.Training.Tests.Loop;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>A run's status is the truth, however the run ends.</summary>
[Collection(nameof(Alone))] // a pipeline sets the process's threads
public sealed class RunStatusTests
{
    [Fact]
    public void A_run_says_that_it_is_running_while_it_is_and_that_it_is_done_when_it_is()
    {
        using var temp = new TempFolder();
        var seen = new List<RunStatus>();
        SmallRun.Run(temp, "run", SmallRun.Recipe(temp), ["sft"], Import(temp), new RecordedProgress(_ => seen.Add(RunSummary.Read(temp["run"]).Status)));
        Assert.Equal([RunStatus.Running], seen.Distinct());
        AssertEnded(temp["run"], RunStatus.Done, null);
    }

    [Fact]
    public void A_stage_that_throws_leaves_a_failed_run_with_the_message_until_it_is_resumed_and_done()
    {
        using var temp = new TempFolder();
        var recipe = SmallRun.Recipe(temp);
        var conversations = File.ReadAllText(temp["chats.jsonl"]);
        File.WriteAllText(temp["chats.jsonl"], "{\"messages\": 7}\n");
        var error = Assert.Throws<InvalidDataException>(() => SmallRun.Run(temp, "run", recipe, ["sft"], Import(temp)));
        AssertEnded(temp["run"], RunStatus.Failed, error.Message.ReplaceLineEndings(" "));

        File.WriteAllText(temp["chats.jsonl"], conversations);
        SmallRun.Resume(temp["run"]);
        AssertEnded(temp["run"], RunStatus.Done, null);
    }

    [Fact]
    public void A_failure_in_a_later_stage_keeps_what_the_earlier_ones_reached()
    {
        using var temp = new TempFolder();
        var recipe = SmallRun.Recipe(temp);
        recipe = recipe.With(recipe.Stage<ReasonSection>() with { Problems = [new() { Paths = [temp["absent.jsonl"]] }] });
        Assert.Throws<FileNotFoundException>(() => SmallRun.Run(temp, "run", recipe, ["sft", "reason"], Import(temp)));
        Assert.Contains("absent.jsonl", RunSummary.Read(temp["run"]).Failure, StringComparison.Ordinal);
        Assert.NotNull(RunResults.Read<SftResult>(temp["run"], "sft"));
        Assert.True(File.Exists(temp["run/model/config.json"]));
    }

    [Fact]
    public void An_interrupted_run_says_so_and_has_no_failure()
    {
        using var temp = new TempFolder();
        SmallRun.Interrupt(temp, "run", SmallRun.Recipe(temp), ["sft"], Import(temp), afterStep: 3);
        AssertEnded(temp["run"], RunStatus.Interrupted, null);
    }

    private static string Import(TempFolder temp) => ImportedModel.Write(temp["base"], Architecture.Qwen2, ImportedModel.ChatMl, "<|im_end|>");

    private static void AssertEnded(string run, RunStatus status, string? failure)
    {
        var summary = RunSummary.Read(run);
        Assert.Equal((status, failure), (summary.Status, summary.Failure));
        var manifest = RunFolder.ReadManifest(run);
        Assert.Equal((status, failure), (manifest.Status, manifest.Failure)); // it was said, not concluded from the lock
    }
}
