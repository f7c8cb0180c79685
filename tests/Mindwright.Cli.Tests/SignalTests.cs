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
        var run = temp["run"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mindwright.dll"), "train", "pretrain", "--output", run, .. SmallRun.Settings(SmallRun.WriteText(temp), Steps)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
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
