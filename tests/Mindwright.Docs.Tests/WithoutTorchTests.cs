using System.Diagnostics;

namespace Mindwright.Docs.Tests;

/// <summary>A program of all projects that do without libtorch.</summary>
public sealed class WithoutTorchTests
{
    private const string Program = "Mindwright.WithoutTorch";

    // The output folders of projects stand side by side: artifacts/bin/<project>/<configuration>.
    private static readonly string s_output = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", Program, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    [Fact]
    public void Its_output_holds_no_libtorch()
    {
        var files = Directory.EnumerateFiles(s_output, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(s_output, path)).ToList();
        Assert.Contains("Mindwright.Inference.dll", files);
        Assert.DoesNotContain(files, file => file.Replace(Program, "", StringComparison.Ordinal).Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("TorchSharp", File.ReadAllText(Path.Combine(s_output, Program + ".deps.json")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task It_runs_and_loads_every_project_that_does_without_libtorch()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(s_output, Program + ".dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = (await process.StandardOutput.ReadToEndAsync()).ReplaceLineEndings("\n").Split('\n');
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        Assert.Equal("Hello, world!", lines[0]);
        var table = ArchitectureTable.Parse(File.ReadAllText(Path.Combine(Testing.TestData.RepositoryRoot, "docs", "architecture.md")));
        Assert.All(table.Projects.Where(project => !table.MayLoadTorch(project)), project => Assert.Contains(project, lines));
    }
}
