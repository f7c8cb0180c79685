using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>What a user may type after a run.</summary>
public static class NextCommands
{
    /// <summary>The commands, one a line.</summary>
    /// <param name="result">What came of the run: a model that learned no conversations only continues text.</param>
    /// <param name="recipe">The recipe, whose first question is put.</param>
    /// <param name="run">The run's folder as a user would write it.</param>
    public static IReadOnlyList<string> After(RunResult result, Recipe recipe, string run)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(recipe);
        var name = ShellText.Quote(run);
        return
        [
            .. result.IsChat
                ? recipe.Questions is [.., var last]
                    ? [$"./mindwright chat {name}", $"./mindwright generate {name} --chat --prompt {ShellText.Quote(last.Text)}"]
                    : [$"./mindwright chat {name}"]
                : (string[])[$"./mindwright generate {name} --prompt \"The\""],
            $"./mindwright runs show {name}",
        ];
    }
}
