using System.Diagnostics;
using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class DoctorCommandTests
{
    [Fact]
    public void The_doctor_looks_at_everything_and_gives_a_cure_for_what_is_wrong()
    {
        using var folder = new TempFolder();
        var run = CommandRun.Of("doctor", "--json", "--hardware-table", folder["here/hardware.json"]);
        var document = JsonDocument.Parse(run.Stdout).RootElement;
        var findings = document.GetProperty("findings").EnumerateArray().ToArray();
        Assert.Equal(
            ["system", "runtime", "sdk", "cpu", "memory", "disk", "libtorch", "devices", "speed", "corpus"],
            findings.Select(finding => finding.GetProperty("name").GetString()));
        Assert.All(findings, finding =>
        {
            Assert.NotEmpty(finding.GetProperty("found").GetString()!);
            Assert.Equal(finding.GetProperty("health").GetString() == "ok", finding.GetProperty("cure").ValueKind == JsonValueKind.Null);
        });
        Assert.Equal(document.GetProperty("healthy").GetBoolean() ? 0 : 5, run.ExitCode);

        // What was measured is an entry that planning takes.
        var plan = CommandRun.Of("plan", "train", "--params", "10M", "--tokens", "100M", "--hardware", "this", "--hardware-table", folder["here/hardware.json"], "--json");
        var figures = JsonDocument.Parse(plan.Stdout).RootElement.GetProperty("figures");
        Assert.InRange(figures.GetProperty("peak").GetProperty("value").GetDouble(), 1e9, 1e15);
        Assert.True(figures.TryGetProperty("energy", out _));
    }

    [Fact]
    public async Task Another_libtorch_of_the_system_does_not_come_in_between()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux's search path for libraries");
        using var folder = new TempFolder();
        // Any library will do under the name that is searched for: it has nothing of what libtorch should have.
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libtorch", "libshm.so"), folder["libtorch_cpu.so"]);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libtorch", "libshm.so"), folder["libc10.so"]);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mindwright.dll"), "doctor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LD_LIBRARY_PATH"] = folder.Path },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{text}\n{await errors}");
        Assert.Matches("ok +libtorch", text);
    }
}
