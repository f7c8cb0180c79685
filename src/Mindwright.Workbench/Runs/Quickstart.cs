using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>The recipe of <c>quickstart</c>, with what a user asked for in its place.</summary>
public static class Quickstart
{
    /// <summary>The minutes on two cores for which the budgets of <c>recipes/quickstart.toml</c> were written.</summary>
    public static double DefaultMinutes => 10;

    /// <summary>Reads the recipe.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="sets">Settings over its own.</param>
    /// <param name="minutes">The training budgets are scaled to these minutes.</param>
    /// <param name="data">Text of the user's own instead of the built-in API reference; empty for that.</param>
    /// <exception cref="RecipeException">A setting is wrong.</exception>
    public static Recipe Read(string path, IReadOnlyList<string> sets, double minutes, IReadOnlyList<string> data)
    {
        var recipe = RecipeReader.Read<Recipe>(path, sets).WithBudget(minutes / DefaultMinutes);
        return data.Count == 0 ? recipe : recipe with
        {
            Data = recipe.Data with { Paths = data, Sources = [.. recipe.Data.Sources.Where(source => source.BuiltIn != BuiltInText.ApiReference)] },
        };
    }
}
