using System.CommandLine;

namespace Mindwright.Cli.Common;

/// <summary>Options that several commands have, with one spelling.</summary>
internal static class CommonOptions
{
    // Still understood, so that older scripts work; help does not name it.
    private const string FormerOutput = "--out";

    /// <summary>Settings over a recipe's.</summary>
    /// <param name="example">A key with its value.</param>
    public static Option<string[]> Sets(string example = "pretrain.steps=100") => new("--set")
    {
        Description = $"Sets a key of the recipe, as in --set {example}; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    /// <summary>The recipe.</summary>
    /// <param name="otherwise">What is taken where none is given.</param>
    public static Option<string?> Config(string otherwise) => new("--config", "-c")
    {
        Description = $"The recipe, a TOML file; {otherwise} if left out.",
        HelpName = "FILE",
    };

    /// <summary>Where the result goes.</summary>
    public static Option<string?> Output(string description) => Output<string?>(description);

    /// <summary>Where the result goes, for a command that cannot do without.</summary>
    public static Option<string> RequiredOutput(string description)
    {
        var option = Output<string>(description);
        option.Required = true;
        return option;
    }

    /// <summary>The recipes that come with the program.</summary>
    public static string BuiltInRecipe(string name) => Path.Combine(AppContext.BaseDirectory, "recipes", name + ".toml");

    /// <summary>Takes former spellings out of a command's options: what help shows is the one to write.</summary>
    public static void ForgetFormerSpellings(Command command)
    {
        foreach (var option in command.Options)
            option.Aliases.Remove(FormerOutput);
    }

    private static Option<T> Output<T>(string description) => new("--output", "-o", FormerOutput)
    {
        Description = description,
        HelpName = "FOLDER",
    };
}
