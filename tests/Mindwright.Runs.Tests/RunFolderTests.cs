using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class RunFolderTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Fact]
    public void A_new_run_is_named_by_its_date_and_numbered_where_that_is_taken()
    {
        using var temp = new TempFolder();
        using var first = RunFolder.Create(temp.Path, "tiny", "steps = 1\n", "steps = 1\nseed = 2\n", Day);
        using var second = RunFolder.Create(temp.Path, "tiny", "", "", Day);
        Assert.Equal(temp["2026-03-14-tiny"], first.Path);
        Assert.Equal(temp["2026-03-14-tiny-2"], second.Path);
        Assert.Equal("steps = 1\n", File.ReadAllText(first.RecipePath));
        Assert.Equal("steps = 1\nseed = 2\n", File.ReadAllText(first.ResolvedPath));
    }

    [Fact]
    public void The_manifest_can_be_added_to_and_read_by_others()
    {
        using var temp = new TempFolder();
        using var run = RunFolder.Create(temp.Path, "tiny", "", "", Day);
        run.UpdateManifest(m => m with { Status = RunStatus.Done, Seeds = new() { ["data"] = 7 }, Data = [new RunData("a.txt", 3, "ff")] });
        var manifest = RunFolder.ReadManifest(run.Path);
        Assert.Equal(("tiny", Day, RunStatus.Done, 7L), (manifest.Name, manifest.Created, manifest.Status, manifest.Seeds["data"]));
        Assert.Equal(new RunData("a.txt", 3, "ff"), Assert.Single(manifest.Data));
        Assert.Contains("mindwright", manifest.Versions.Keys);
        Assert.Contains("\"sha256\": \"ff\"", File.ReadAllText(run.ManifestPath), StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_at_a_time_may_hold_a_run()
    {
        using var temp = new TempFolder();
        var run = RunFolder.Create(temp.Path, "tiny", "", "", Day);
        Assert.True(RunFolder.IsInUse(run.Path));
        Assert.Contains("another process", Assert.Throws<IOException>(() => RunFolder.Open(run.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("another process", Assert.Throws<IOException>(() => RunFolder.Create("", "x", "", "", Day, output: run.Path)).Message, StringComparison.Ordinal);
        run.Dispose();
        run.Dispose();
        Assert.False(RunFolder.IsInUse(run.Path));
        RunFolder.Open(run.Path).Dispose();
    }

    [Fact]
    public void A_folder_with_something_in_it_is_not_written_over()
    {
        using var temp = new TempFolder();
        RunFolder.Create(temp.Path, "x", "", "", Day, output: temp["run"]).Dispose();
        Assert.Contains("resume", Assert.Throws<IOException>(() => RunFolder.Create("", "x", "", "", Day, output: temp["run"])).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(temp["thesis"]);
        File.WriteAllText(Path.Combine(temp["thesis"], "thesis.md"), "years of work");
        Assert.Contains("not empty", Assert.Throws<IOException>(() => RunFolder.Create("", "x", "", "", Day, output: temp["thesis"])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => RunFolder.Open(temp["thesis"]));
        Assert.Throws<DirectoryNotFoundException>(() => RunFolder.Open(temp["nowhere"]));
        Assert.False(Directory.Exists(temp["nowhere"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    public void A_run_must_have_a_name_that_a_folder_can_bear(string name)
    {
        using var temp = new TempFolder();
        Assert.Throws<ArgumentException>(() => RunFolder.Create(temp.Path, name, "", "", Day));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Resuming_goes_on_after_the_last_checkpoint_and_writes_no_step_twice()
    {
        using var temp = new TempFolder();
        using (var run = RunFolder.Create(temp.Path, "x", "", "", Day, output: temp["run"]))
        {
            Assert.Null(run.Resume());
            for (var step = 1; step <= 5; step++)
            {
                run.Metrics.Append("pretrain", step, ("loss", step));
                if (step == 3)
                    run.SaveCheckpoint("pretrain", step, f => File.WriteAllText(Path.Combine(f, "w"), "x"));
            }
        }
        using (var run = RunFolder.Open(temp["run"]))
        {
            Assert.Equal(3, run.Resume()!.Step);
            run.Metrics.Append("pretrain", 4, ("loss", 4));
            Assert.Equal([1L, 2, 3, 4], MetricsLog.Read(run.MetricsPath).Select(r => r.Step));
            File.Delete(Path.Combine(run.Checkpoints.List()[0].Folder, "w"));
            Assert.Null(run.Resume());
            Assert.Empty(MetricsLog.Read(run.MetricsPath));
        }
    }

    // p: a step, e: an evaluation, *: a checkpoint, !: one that is damaged later; small letters pre-training, capitals fine-tuning.
    [Theory]
    [InlineData("e p p e * p e", "pretrain", "e p p e")]
    [InlineData("e p p", "pretrain", "")]
    [InlineData("e p * p ! p", "pretrain", "e p")]
    [InlineData("e p p e * E P", "pretrain", "e p p e")] // fine-tuning starts anew
    [InlineData("e p p e * E P", "sft", "e p p e")]
    [InlineData("e p p e * E P P # P", "sft", "e p p e E P P")]
    [InlineData("e p p e * E P P # P", "pretrain", "e p p e E P P")] // complete: nothing of it is done again
    [InlineData("e p p e * E P P # P", null, "e p p e E P P")]
    [InlineData("e p * p e ! E P P # P", "pretrain", "e p")] // its last checkpoint is damaged: all is done again from there
    [InlineData("e p ! E P # P", "pretrain", "")]
    public void Resuming_keeps_the_metrics_that_are_not_measured_again(string history, string? stage, string kept)
    {
        using var temp = new TempFolder();
        using var run = RunFolder.Create(temp.Path, "x", "", "", Day);
        var damaged = new List<Checkpoint>();
        var step = 0;
        foreach (var what in history.Split(' '))
            switch (what)
            {
                case "*" or "!" or "#":
                    var saved = run.SaveCheckpoint(what == "#" ? "sft" : "pretrain", step, f => File.WriteAllText(Path.Combine(f, "w"), "x"));
                    if (what == "!")
                        damaged.Add(saved);
                    break;
                default:
                    run.Metrics.Append(what switch { "p" => "pretrain", "e" => "pretrain-eval", "P" => "sft", _ => "sft-eval" }, ++step);
                    break;
            }
        damaged.ForEach(checkpoint => File.Delete(Path.Combine(checkpoint.Folder, "w")));
        run.Resume(stage);
        Assert.Equal(kept, string.Join(' ', MetricsLog.Read(run.MetricsPath).Select(row => row.Stage switch { "pretrain" => "p", "pretrain-eval" => "e", "sft" => "P", _ => "E" })));
    }

    [Fact]
    public void The_model_folder_is_replaced_as_a_whole()
    {
        using var temp = new TempFolder();
        using var run = RunFolder.Create(temp.Path, "x", "", "", Day);
        run.WriteModel(f => File.WriteAllText(Path.Combine(f, "config.json"), "{}"));
        Assert.Throws<IOException>(() => run.WriteModel(f => throw new IOException("no")));
        FolderManifest.Verify(run.ModelPath);
        run.WriteModel(f => File.WriteAllText(Path.Combine(f, "new.json"), "{}"));
        Assert.False(File.Exists(Path.Combine(run.ModelPath, "config.json")));
        Assert.EndsWith(Path.Combine("samples", "sft-step-000012.md"), run.SamplePath("sft", 12), StringComparison.Ordinal);
    }
}
