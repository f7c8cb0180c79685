using Mindwright.Cli.Tests.Commands;
using Mindwright.Inference.Tests;
using Mindwright.Runs.Report;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests;

public sealed class ModelLoadingTests
{
    [Fact]
    public void A_model_is_named_by_its_folder_or_by_its_run()
    {
        using var folder = new TempFolder();
        var model = ModelFolders.WithoutWeights(Directory.CreateDirectory(folder["run/model"]).FullName);
        Assert.Equal(model, ModelLoading.Resolve(model));
        Assert.Equal(model, ModelLoading.Resolve(folder["run"]));
    }

    [Fact]
    public void What_is_not_there_or_no_model_is_an_error_that_names_it()
    {
        using var folder = new TempFolder();
        Assert.Contains("nowhere", Assert.Throws<DirectoryNotFoundException>(() => ModelLoading.Resolve("nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, Assert.Throws<InvalidDataException>(() => ModelLoading.Resolve(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["manifest.json"], "{}");
        Assert.Contains("resume", Assert.Throws<InvalidDataException>(() => ModelLoading.Resolve(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_ids_are_those_of_the_generation_config_and_the_end_of_text()
    {
        using var folder = new TempFolder();
        using var loaded = ModelLoading.Load(ModelFolders.WithoutWeights(folder.Path), _ => new TableModel(300, 8, 1));
        Assert.Equal([SmallTokenizer.Format.EndOfTurn, SmallTokenizer.Format.EndOfText], loaded.StopIds);
    }

    [Fact]
    public void A_model_with_fewer_ids_than_its_tokenizer_is_refused()
    {
        using var folder = new TempFolder();
        ModelFolders.WithoutWeights(folder.Path);
        Assert.Throws<InvalidDataException>(() => ModelLoading.Load(folder.Path, _ => new TableModel(10, 8, 1)));
    }

    [Fact]
    public void A_damaged_generation_config_is_named()
    {
        using var folder = new TempFolder();
        ModelFolders.WithoutWeights(folder.Path);
        File.WriteAllText(folder["generation_config.json"], """{"eos_token_id": "x"}""");
        var error = Assert.Throws<InvalidDataException>(() => ModelLoading.Load(folder.Path, _ => new TableModel(300, 8, 1)));
        Assert.Contains("generation_config.json", error.Message, StringComparison.Ordinal);
    }
}
