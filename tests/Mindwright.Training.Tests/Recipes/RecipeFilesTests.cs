using Mindwright.Runs.Recipes;

namespace Mindwright.Training.Tests.Recipes;

/// <summary>The recipes that come with the program.</summary>
public sealed class RecipeFilesTests
{
    [Theory]
    [InlineData("quickstart")]
    [InlineData("shakespeare-characters")]
    [InlineData("grokking")]
    [InlineData("overwrite")]
    [InlineData("memorize")]
    public void Each_reads_without_an_error_and_carries_its_name(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "recipes")))
            root = root.Parent;
        Assert.NotNull(root);
        var recipe = RecipeReader.Read<Recipe>(Path.Combine(root.FullName, "recipes", name + ".toml"), [], new Dictionary<string, string>());
        Assert.Equal(name, recipe.Name);
    }
}
