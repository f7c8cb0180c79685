using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;

namespace Mindwright.Training.Tests.Recipes;

/// <summary>The recipes that come with the program.</summary>
public sealed class RecipeFilesTests
{
    public static TheoryData<string> Names => ["quickstart", "shakespeare-characters", "grokking", "overwrite", "memorize", "finetune"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_reads_without_an_error_and_carries_its_name_and_stages_that_there_are(string name)
    {
        var recipe = RecipeReader.Read<Recipe>(Path.Combine(Folder(), name + ".toml"), [], new Dictionary<string, string>());
        Assert.Equal(name, recipe.Name);
        Assert.All(recipe.Stages, stage => StageList.Find(stage));
    }

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "recipes")))
            root = root.Parent;
        Assert.NotNull(root);
        return Path.Combine(root.FullName, "recipes");
    }
}
