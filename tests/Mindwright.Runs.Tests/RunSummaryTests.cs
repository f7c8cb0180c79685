using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class RunSummaryTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_is_summed_up_while_it_is_running_and_after_it_was_killed()
    {
        using var temp = new TempFolder();
        var run = RunFolder.Create(temp.Path, "tiny", "", "", Day);
        run.Metrics.Append("pretrain-eval", 0, ("held_out_loss", 4));
        run.Metrics.Append("pretrain", 1, ("loss", 3));
        run.Metrics.Append("pretrain", 2, ("loss", 2));
        run.Metrics.Append("sft", 1, ("loss", 1));
        run.SaveCheckpoint("sft", 1, f => File.WriteAllText(Path.Combine(f, "w"), "x"));

        var summary = RunSummary.Read(run.Path);
        Assert.Equal(("2026-03-14-tiny", RunStatus.Running, Day), (summary.Name, summary.Status, summary.Created));
        Assert.Equal([("pretrain", 2L), ("sft", 1L)], summary.Stages.Select(s => (s.Stage, s.Steps)));
        Assert.Equal((2.0, 4.0), (summary.Stages[0].Last["loss"], summary.Stages[0].Last["held_out_loss"]));
        Assert.Equal([3.0, 2.0], summary.Curve("pretrain", "loss"));
        Assert.Equal([4.0], summary.Curve("pretrain", "held_out_loss"));
        Assert.Equal("sft", Assert.Single(summary.Checkpoints).Stage);

        run.Dispose(); // as good as killed: nobody wrote another status
        Assert.Equal(RunStatus.Interrupted, RunSummary.Read(run.Path).Status);
    }

    [Theory]
    [InlineData(RunStatus.Running, RunStatus.Interrupted)] // whoever ran it is gone
    [InlineData(RunStatus.Interrupted, RunStatus.Interrupted)]
    [InlineData(RunStatus.Failed, RunStatus.Failed)]
    [InlineData(RunStatus.Done, RunStatus.Done)]
    public void A_run_that_nobody_is_at_work_on_has_the_status_it_was_left_with_and_a_failure_only_if_it_failed(RunStatus left, RunStatus status)
    {
        using var temp = new TempFolder();
        using (var run = RunFolder.Create(temp.Path, "x", "", "", Day, temp["run"]))
            run.UpdateManifest(m => m with { Status = left, Failure = "the disk is full", Sources = ["a.txt"] });
        var summary = RunSummary.Read(temp["run"]);
        Assert.Equal((status, status == RunStatus.Failed ? "the disk is full" : null), (summary.Status, summary.Failure));
        Assert.Contains($"\"status\": \"{left.ToString().ToLowerInvariant()}\"", File.ReadAllText(temp["run/manifest.json"]), StringComparison.Ordinal);
        Assert.Equal(["a.txt"], RunFolder.ReadManifest(temp["run"]).Sources);
    }

    [Fact]
    public void A_run_is_found_by_whatever_one_would_type()
    {
        using var temp = new TempFolder();
        Assert.Empty(RunCatalog.List(temp["absent"]));
        Assert.Contains("there are no runs in", Assert.Throws<DirectoryNotFoundException>(() => RunCatalog.Find("latest", temp.Path)).Message, StringComparison.Ordinal);
        foreach (var (name, day) in new[] { ("a", 0), ("b", 2), ("a", 1) })
            RunFolder.Create(temp.Path, name, "", "", Day.AddDays(day)).Dispose();
        Directory.CreateDirectory(temp["other"]);
        string[] paths = [temp["2026-03-14-a"], temp["2026-03-15-a"], temp["2026-03-16-b"]];
        Assert.Equal(paths, RunCatalog.List(temp.Path));
        Assert.Equal(paths[2], RunCatalog.Find("latest", temp.Path));
        Assert.Equal(paths[1], RunCatalog.Find("a", temp.Path));
        Assert.Equal(paths[0], RunCatalog.Find("2026-03-14-a", temp.Path));
        Assert.Equal(paths[0], RunCatalog.Find(paths[0], "elsewhere"));
        Assert.Contains("2026-03-16-b", Assert.Throws<DirectoryNotFoundException>(() => RunCatalog.Find("c", temp.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("not a run", Assert.Throws<DirectoryNotFoundException>(() => RunCatalog.Find(temp["other"], temp.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_compared_by_the_settings_in_which_they_differ_and_their_figures()
    {
        using var temp = new TempFolder();
        using var a = RunFolder.Create(temp.Path, "a", "", "seed = 1\nwords = [\"x\", 2]\n[optimizer]\nrate = 0.1\n[[probes]]\nt = 1\n", Day);
        using var b = RunFolder.Create(temp.Path, "b", "", "seed = 1\nwords = [\"x\", 3]\n[optimizer]\nrate = 0.2\nextra = true\n[[probes]]\nt = 2\n", Day);
        a.Metrics.Append("sft", 1, ("loss", 2));
        b.Metrics.Append("sft", 1, ("loss", 3), ("chrf", 0.5));
        var comparison = RunComparison.Of([a.Path, b.Path]);
        Assert.Equal(
            [("words", "[x, 2]", "[x, 3]"), ("optimizer.rate", "0.1", "0.2"), ("probes[0].t", "1", "2"), ("optimizer.extra", null, "true")],
            comparison.Settings.Select(d => (d.Name, d.Values[0], d.Values[1])));
        Assert.Equal(
            [("sft/loss", 2.0, 3.0), ("sft/chrf", null, 0.5)],
            comparison.Metrics.Select(d => (d.Name, d.Values[0], d.Values[1])));
    }
}
