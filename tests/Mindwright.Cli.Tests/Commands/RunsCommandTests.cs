using System.Text.Json;
using Mindwright.Cli.Common;
using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class RunsCommandTests
{
    [Fact]
    public void An_empty_folder_has_no_runs()
    {
        using var temp = new TempFolder();
        var run = CommandRun.Of("runs", "ls", "--root", temp.Path);
        Assert.Equal((0, $"no runs in {temp.Path}\n"), (run.ExitCode, run.Stdout));
        Assert.Equal(0, Json("runs", "ls", "--root", temp.Path, "--json").GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void Runs_are_listed_shown_and_compared()
    {
        using var temp = new TempFolder();
        MakeRun(temp.Path, "a", "rate = 0.1\n", checkpoints: 2);
        MakeRun(temp.Path, "b", "rate = 0.2\n", checkpoints: 1);

        var list = CommandRun.Of("runs", "ls", "--root", temp.Path).Stdout;
        Directory.CreateDirectory(temp["damaged"]);
        File.WriteAllText(Path.Combine(temp["damaged"], "manifest.json"), "{");
        Assert.Contains("damaged", CommandRun.Of("runs", "ls", "--root", temp.Path).Stderr, StringComparison.Ordinal);
        Assert.Matches(@"2026-03-14-a +interrupted +pretrain +2 +0\.5 +2 ", list);
        Assert.Equal(["2026-03-14-a", "2026-03-14-b"], Json("runs", "ls", "--root", temp.Path, "--json").GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("name").GetString()));

        var show = CommandRun.Of("runs", "show", "a", "--root", temp.Path, "--verify");
        Assert.Equal(0, show.ExitCode);
        Assert.Contains("pretrain-step-000002", show.Stdout, StringComparison.Ordinal);
        Assert.Contains("loss █▁", show.Stdout, StringComparison.Ordinal);
        Assert.Equal(2, Json("runs", "show", "a", "--root", temp.Path, "--json").GetProperty("run").GetProperty("checkpoints").GetArrayLength());

        var compare = CommandRun.Of("runs", "compare", "a", "b", "--root", temp.Path).Stdout;
        Assert.Matches(@"rate +0\.1 +0\.2\n", compare);
        Assert.Matches(@"pretrain/loss +0\.5 +1\n", compare);
        var difference = Json("runs", "compare", "a", "b", "--root", temp.Path, "--json").GetProperty("settings")[0];
        Assert.Equal("rate", difference.GetProperty("name").GetString());
    }

    [Fact]
    public void A_status_is_a_word_and_one_that_no_process_holds_is_not_running()
    {
        using var temp = new TempFolder();
        foreach (var status in Enum.GetValues<RunStatus>())
            SetStatus(MakeRun(temp.Path, status.ToString(), "", checkpoints: 0), status);
        using var held = RunFolder.Create(temp.Path, "held", "", "", new DateTimeOffset(2026, 3, 14, 0, 0, 0, TimeSpan.Zero));

        (string, string)[] words = [("Running", "interrupted"), ("Interrupted", "interrupted"), ("Failed", "failed"), ("Done", "done"), ("held", "running")];
        var list = CommandRun.Of("runs", "ls", "--root", temp.Path).Stdout;
        foreach (var (name, word) in words)
        {
            Assert.Matches($@"2026-03-14-{name} +{word} ", list);
            var shown = CommandRun.Of("runs", "show", name, "--root", temp.Path).Stdout;
            Assert.StartsWith($"2026-03-14-{name}  {word}  created 2026-03-14 00:00 UTC", shown, StringComparison.Ordinal);
            Assert.Equal(word == "failed", shown.Contains("\nfailed: the disk is full\n", StringComparison.Ordinal));
            Assert.Equal(word, Json("runs", "show", name, "--root", temp.Path, "--json").GetProperty("run").GetProperty("status").GetString());
        }
    }

    [Fact]
    public void Pruning_removes_what_it_said_it_would()
    {
        using var temp = new TempFolder();
        var path = MakeRun(temp.Path, "a", "", checkpoints: 2);
        var dry = Json("runs", "prune", "a", "--root", temp.Path, "--dry-run", "--json").GetProperty("removed").EnumerateArray().Select(c => c.GetString()).ToList();
        Assert.Equal([Path.Combine(path, "checkpoints", "pretrain-step-000001")], dry);
        Assert.True(Directory.Exists(dry[0]));
        Assert.Equal($"removed {dry[0]}\n", CommandRun.Of("runs", "prune", "a", "--root", temp.Path).Stdout);
        Assert.False(Directory.Exists(dry[0]));
        Assert.Equal("nothing to remove\n", CommandRun.Of("runs", "prune", "a", "--root", temp.Path).Stdout);
    }

    [Fact]
    public void Mistakes_have_their_exit_codes()
    {
        using var temp = new TempFolder();
        var path = MakeRun(temp.Path, "a", "", checkpoints: 1);
        Assert.Equal(ExitCodes.BadData, CommandRun.Of("runs", "show", "b", "--root", temp.Path).ExitCode);
        Assert.Equal(ExitCodes.Usage, CommandRun.Of("runs", "prune", "a", "--keep", "0", "--root", temp.Path).ExitCode);
        Assert.Equal(ExitCodes.Usage, CommandRun.Of("runs", "compare", "a", "--root", temp.Path).ExitCode);
        using (RunFolder.Open(path))
            Assert.Contains("another process", CommandRun.Of("runs", "prune", "a", "--root", temp.Path).Stderr, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(path, "checkpoints", "pretrain-step-000001", "w"), "y");
        var damaged = CommandRun.Of("runs", "show", "a", "--root", temp.Path, "--verify");
        Assert.Equal(ExitCodes.BadData, damaged.ExitCode);
        Assert.Contains("SHA-256", damaged.Stderr, StringComparison.Ordinal);
    }

    private static string MakeRun(string root, string name, string resolved, int checkpoints)
    {
        using var run = RunFolder.Create(root, name, "", resolved, new DateTimeOffset(2026, 3, 14, 0, 0, 0, TimeSpan.Zero));
        for (var step = 1; step <= checkpoints; step++)
        {
            run.Metrics.Append("pretrain", step, ("loss", 1.0 / step));
            run.SaveCheckpoint("pretrain", step, folder => File.WriteAllText(Path.Combine(folder, "w"), "x"));
        }
        return run.Path;
    }

    private static void SetStatus(string path, RunStatus status)
    {
        using var run = RunFolder.Open(path);
        run.UpdateManifest(manifest => manifest with { Status = status, Failure = status == RunStatus.Failed ? "the disk is full" : null });
    }

    private static JsonElement Json(params string[] args) => JsonDocument.Parse(CommandRun.Of(args).Stdout).RootElement;
}
