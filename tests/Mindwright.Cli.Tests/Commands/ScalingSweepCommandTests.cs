using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class ScalingSweepCommandTests
{
    [Fact]
    public void A_folder_that_holds_a_run_is_gone_on_with_only_if_it_is_a_sweep_and_by_its_own_recipe()
    {
        using var folder = new TempFolder();
        RunFolder.Create("", "a", "", "", DateTimeOffset.UnixEpoch, folder["a"]).Dispose();
        var other = CommandRun.Of("scaling", "sweep", "-o", folder["a"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("not a sweep", other.Stderr, StringComparison.Ordinal);
        var changed = CommandRun.Of("scaling", "sweep", "-o", folder["a"], "--set", "seed=2");
        Assert.Equal(2, changed.ExitCode);
        Assert.Contains("leave out", changed.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_recipe_is_named_before_anything_is_read()
    {
        using var folder = new TempFolder();
        var run = CommandRun.Of("scaling", "sweep", "-o", folder["new"], "--set", "sweep.factor=0");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("sweep.factor", run.Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["new"]));
    }
}
