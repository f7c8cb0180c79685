using System.Diagnostics;
using System.Globalization;
using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

/// <summary>A process that saves checkpoints is killed at random moments; MINDWRIGHT_TEST_KILLS sets how often.</summary>
public sealed class KillTests
{
    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("MINDWRIGHT_TEST_KILLS") ?? "20", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_killed_process_never_loses_a_saved_checkpoint_nor_leaves_half_of_one()
    {
        using var temp = new TempFolder();
        var path = temp["run"];
        RunFolder.Create(temp.Path, "kill", "", "", DateTimeOffset.UnixEpoch, output: path).Dispose();
        var random = new Random(1);
        var acknowledged = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            using (var process = Start(path))
            {
                Assert.Equal(Invariant($"from {acknowledged}"), await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
                Assert.Equal(RunStatus.Running, RunSummary.Read(path).Status); // read while the other process writes
                for (var saves = random.Next(3); saves > 0; saves--)
                    Acknowledge(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
                await Task.Delay(random.Next(40), TestContext.Current.CancellationToken);
                process.Kill();
                while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                    Acknowledge(line);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(RunStatus.Interrupted, RunSummary.Read(path).Status);
            var warnings = new List<string>();
            using var run = RunFolder.Open(path, warn: warnings.Add); // also: the lock died with its holder
            var checkpoint = run.Resume();
            Assert.Empty(warnings);
            // The last save may have been complete when the kill came before its line.
            Assert.InRange(checkpoint?.Step ?? 0, acknowledged, acknowledged + 1);
            acknowledged = checkpoint?.Step ?? 0;
            Assert.Equal(Enumerable.Range(1, (int)acknowledged), MetricsLog.Read(run.MetricsPath).Select(row => (int)row.Step));
            Assert.Empty(Directory.EnumerateDirectories(path, ".*", SearchOption.AllDirectories));
        }
        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {acknowledged} checkpoints");

        void Acknowledge(string? line)
        {
            Assert.StartsWith("saved ", line, StringComparison.Ordinal);
            acknowledged = long.Parse(line.AsSpan("saved ".Length), CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_second_process_on_a_run_folder_is_turned_away()
    {
        using var temp = new TempFolder();
        using var run = RunFolder.Create(temp.Path, "busy", "", "", DateTimeOffset.UnixEpoch);
        using var process = Start(run.Path);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("another process is using this run", error, StringComparison.Ordinal);
    }

    private static Process Start(string run) => Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
    {
        ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Mindwright.Runs.Crasher.dll"), run },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
