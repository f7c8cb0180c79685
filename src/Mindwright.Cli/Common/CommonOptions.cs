using System.CommandLine;

namespace Mindwright.Cli;

/// <summary>Options that several commands have, with one spelling.</summary>
internal static class CommonOptions
{
    /// <summary>Settings over a recipe's.</summary>
    public static Option<string[]> Sets() => new("--set") { Description = "Sets a key of the recipe, as in --set pretrain.steps=100; may be repeated." };

    /// <summary>The recipe.</summary>
    /// <param name="otherwise">What is taken where none is given.</param>
    public static Option<string?> Config(string otherwise) => new("--config", "-c") { Description = $"The recipe, a TOML file; {otherwise} if left out." };

    /// <summary>Where the result goes. <c>--out</c> is an older spelling.</summary>
    public static Option<string?> Output(string description) => new("--output", "-o", "--out") { Description = description };

    /// <summary>The recipes that come with the program.</summary>
    public static string BuiltInRecipe(string name) => Path.Combine(AppContext.BaseDirectory, "recipes", name + ".toml");
}
