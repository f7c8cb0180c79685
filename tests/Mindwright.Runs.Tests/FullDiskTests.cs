using System.Diagnostics;
using System.Globalization;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

/// <summary>A process saves checkpoints to a small file system until it is full.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_is_named_and_the_checkpoint_before_loads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var temp = new TempFolder();
        // A mount of its own, which nobody else sees and which goes with the process. Saves twice, until nothing more fits.
        var script = $$"""
            mount -t tmpfs -o size=1300k tmpfs '{{temp.Path}}' || exit 77
            dotnet '{{Path.Combine(AppContext.BaseDirectory, "Mindwright.Runs.Crasher.dll")}}' '{{temp["run"]}}' 2>&1
            echo again
            dotnet '{{Path.Combine(AppContext.BaseDirectory, "Mindwright.Runs.Crasher.dll")}}' '{{temp["run"]}}' 2>&1
            """;
        using var process = Start(script);
        var lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(!lines.Contains("again"), "this system lets a test mount nothing");

        var again = Array.IndexOf(lines, "again");
        var saved = lines[..again].Where(l => l.StartsWith("saved ", StringComparison.Ordinal)).Select(l => int.Parse(l["saved ".Length..], CultureInfo.InvariantCulture)).ToArray();
        Assert.NotEmpty(saved);
        Assert.Contains(lines[..again], l => l.Contains("the disk is full", StringComparison.Ordinal) && l.Contains(temp["run"], StringComparison.Ordinal));
        Assert.Equal($"from {saved[^1]}", lines[again + 1]);
    }

    private static Process Start(string script) => Process.Start(new ProcessStartInfo("unshare")
    {
        ArgumentList = { "--user", "--map-root-user", "--mount", "bash", "-c", script },
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
}
