using System.Diagnostics;
using System.Globalization;
using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests;

/// <summary>Signals to the real command, in the midst of training.</summary>
public sealed class SignalTests
{
    private const int Steps = 300;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_saves_a_checkpoint_at_the_step_and_the_run_resumes_without_a_gap(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        using var temp = new TempFolder();
        var text = temp["text.txt"];
        File.WriteAllText(text, string.Join("\n\n", Enumerable.Range(0, 500).Select(i => $"What is {i} and {i % 7}? The answer to that is {i + i % 7}, my friend.")));
        var run = temp["run"];
        string[] settings =
        [
            $"data.paths=[\"{text}\"]", "data.world_documents=0", "data.compare_documents=0", "data.multiply_documents=0", "tokenizer.vocabulary=275", "compute.threads=1", "compute.precision=fp32",
            "model.layers=1", "model.width=16", "model.heads=1", "model.key_value_heads=1", "model.intermediate=16", "model.context=256",
            $"pretrain.steps={Steps}", "pretrain.batch=4", "pretrain.micro_batch=4", "pretrain.row=32", "pretrain.evaluation_tokens=200",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "mindwright.dll"), "train", "pretrain", "--output", run },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }.With(settings))!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (Done(run).Length < 5 && !process.HasExited)
            await Task.Delay(10);
        using (var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("runs resume", string.Concat(await output), StringComparison.Ordinal);

        var done = Done(run);
        Assert.InRange(done.Length, 5, Steps - 1);
        Assert.Equal(done[^1], new CheckpointStore(Path.Combine(run, "checkpoints")).LatestValid()!.Step); // no step is lost
        var resumed = CommandRun.Of("runs", "resume", run);
        Assert.True(resumed.ExitCode == 0, resumed.Stderr);
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), Done(run));
    }

    private static long[] Done(string run) => [.. MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Where(row => row.Stage == "pretrain").Select(row => row.Step)];
}

file static class Arguments
{
    public static ProcessStartInfo With(this ProcessStartInfo start, IEnumerable<string> settings)
    {
        foreach (var setting in settings)
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(setting);
        }
        return start;
    }
}
