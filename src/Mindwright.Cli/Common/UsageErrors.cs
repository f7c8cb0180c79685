using System.CommandLine;
using System.CommandLine.Parsing;
using Mindwright.Runs.Recipes;

namespace Mindwright.Cli.Common;

/// <summary>What to say of a command line that doesn't parse: what is wrong, what was probably meant, and where the help is.</summary>
internal static class UsageErrors
{
    public static string Describe(ParseResult parse)
    {
        var lines = parse.Errors.Select(error => error.Message).Distinct().ToList();
        // A misspelt command also counts as a missing one; one complaint is enough.
        if (parse.UnmatchedTokens.Count > 0 && lines.Count > 1)
            lines.RemoveAll(line => !parse.UnmatchedTokens.Any(token => line.Contains($"'{token}'", StringComparison.Ordinal)));
        foreach (var token in parse.UnmatchedTokens)
            if (Nearest(token, Names(parse.CommandResult)) is { } name)
                lines.Add($"Did you mean '{name}' instead of '{token}'?");
        lines.Add($"See: {PathOf(parse.CommandResult)} --help");
        return string.Join('\n', lines);
    }

    // Without the dashes, which all options share: they would make short names look alike.
    private static string? Nearest(string token, IEnumerable<string> names)
    {
        var alike = names.Where(name => name.StartsWith('-') == token.StartsWith('-')).ToLookup(name => name.TrimStart('-'));
        return EditDistance.Nearest(token.TrimStart('-'), alike.Select(name => name.Key)) is { } nearest ? alike[nearest].First() : null;
    }

    // A recursive option counts for the commands below its own too.
    private static IEnumerable<string> Names(CommandResult result)
    {
        foreach (var subcommand in result.Command.Subcommands.Where(command => !command.Hidden))
            yield return subcommand.Name;
        for (SymbolResult? at = result; at is CommandResult { Command: var command }; at = at.Parent)
            foreach (var option in command.Options.Where(option => !option.Hidden && (command == result.Command || option.Recursive)))
                yield return option.Name;
    }

    private static string PathOf(CommandResult result)
    {
        var names = new List<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: var command }; at = at.Parent)
            names.Insert(0, command is RootCommand ? "mindwright" : command.Name);
        return string.Join(' ', names);
    }
}
