using Mindwright.Runs;
using Mindwright.Testing;
using Mindwright.Workbench.Models;

namespace Mindwright.Workbench.Tests.Models;

public sealed class ModelFinderTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_path_of_a_model_folder_stands_for_itself()
    {
        var folder = Model(_root["anywhere"], day: 1);
        Assert.Equal(folder, ModelFinder.Find(folder, _root.Path));
    }

    [Fact]
    public void The_path_of_a_run_stands_for_its_model_wherever_the_run_is()
    {
        using var elsewhere = new TempFolder();
        RunFolder.Create("", "own", "", "", Day(1), elsewhere["own"]).Dispose();
        var model = Model(elsewhere["own/model"], day: 1);
        Assert.Equal(model, ModelFinder.Find(elsewhere["own"], _root.Path));
        Assert.Equal(model, ModelFinder.Find(elsewhere["own"] + Path.DirectorySeparatorChar, _root.Path));
    }

    [Theory]
    [InlineData("2026-03-01-first", "2026-03-01-first")]
    [InlineData("first", "2026-03-01-first")]
    [InlineData("second", "2026-03-04-second")] // the newest of that name
    [InlineData("2026-03-02-second", "2026-03-02-second")]
    [InlineData("latest", "2026-03-04-second")]
    public void A_model_goes_by_the_same_names_as_its_run(string name, string run)
    {
        Run("second", day: 4);
        Run("first", day: 1);
        Run("second", day: 2);
        Assert.Equal(Path.GetFullPath(_root[run]), RunCatalog.Find(name, _root.Path));
        Assert.Equal(Path.Combine(Path.GetFullPath(_root[run]), "model"), ModelFinder.Find(name, _root.Path));
    }

    [Fact]
    public void Without_a_name_it_is_the_newest_model_and_a_run_without_one_does_not_count()
    {
        var older = Run("older", day: 1);
        var newer = Run("newer", day: 2);
        RunFolder.Create(_root.Path, "begun", "", "", Day(3)).Dispose();
        Assert.Equal(newer, ModelFinder.Find(null, _root.Path));
        Model(older, day: 4); // trained on since
        Assert.Equal(older, ModelFinder.Find(null, _root.Path));
    }

    [Fact]
    public void What_cannot_be_found_is_named_with_what_there_is()
    {
        Assert.Contains("quickstart", Assert.Throws<DirectoryNotFoundException>(() => ModelFinder.Find(null, _root.Path)).Message, StringComparison.Ordinal);
        Run("first", day: 1);
        var unknown = Assert.Throws<DirectoryNotFoundException>(() => ModelFinder.Find("nowhere", _root.Path)).Message;
        Assert.Contains("nowhere", unknown, StringComparison.Ordinal);
        Assert.Contains("2026-03-01-first", unknown, StringComparison.Ordinal);

        Directory.CreateDirectory(_root["empty"]);
        Assert.Contains("config.json", Assert.Throws<InvalidDataException>(() => ModelFinder.Find(_root["empty"], _root.Path)).Message, StringComparison.Ordinal);

        RunFolder.Create(_root.Path, "begun", "", "", Day(3)).Dispose();
        Assert.Contains(
            "runs resume 2026-03-03-begun", Assert.Throws<InvalidDataException>(() => ModelFinder.Find("begun", _root.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_knows_the_run_that_it_belongs_to()
    {
        var model = Run("first", day: 1);
        Assert.Equal(Path.GetFullPath(_root["2026-03-01-first"]), ModelFinder.RunOf(model));
        Assert.Equal(Path.GetFullPath(_root["2026-03-01-first"]), ModelFinder.RunOf(model + Path.DirectorySeparatorChar));
        Assert.Null(ModelFinder.RunOf(Model(_root["alone/model"], day: 1)));
    }

    private static DateTimeOffset Day(int day) => new(2026, 3, day, 12, 0, 0, TimeSpan.Zero);

    private string Run(string name, int day)
    {
        using var run = RunFolder.Create(_root.Path, name, "", "", Day(day));
        return Model(run.ModelPath, day);
    }

    private static string Model(string folder, int day)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, "{}");
        File.SetLastWriteTimeUtc(config, Day(day).UtcDateTime);
        return folder;
    }
}
