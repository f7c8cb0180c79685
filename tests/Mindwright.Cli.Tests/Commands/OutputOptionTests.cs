using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>Where a result goes is said in one way.</summary>
public sealed class OutputOptionTests
{
    // What writes no folder, though it works long or has --set.
    private static readonly string[] s_commands =
    [
        "quickstart", "train", "train pretrain", "train sft", "train reason", "train toy", "tokenizer train", "data build", "data get", "eval", "report", "runs compare", "scaling sweep",
    ];

    [Fact]
    public void Every_command_that_writes_a_folder_takes_output_and_no_other_option_means_that()
    {
        var found = new List<string>();
        foreach (var (path, command) in Descend(Program.CreateRoot(ModelOpening.Backends), ""))
        {
            var option = command.Options.SingleOrDefault(option => option.Name == "--output");
            Assert.DoesNotContain(command.Options, other => other != option && (other.Name is "--out" or "-o" || other.Aliases.Any(alias => alias is "--out" or "-o")));
            if (option is null)
                continue;
            found.Add(path);
            Assert.Equal(["--out", "-o"], option.Aliases.Order(StringComparer.Ordinal));
        }
        Assert.Equal(s_commands.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Help_shows_the_one_spelling()
    {
        foreach (var command in s_commands)
        {
            var help = CommandRun.Of([.. command.Split(' '), "--help"]).Stdout;
            Assert.Contains("-o, --output <FOLDER>", help, StringComparison.Ordinal);
            Assert.DoesNotContain("--out,", help, StringComparison.Ordinal);
            Assert.DoesNotContain("--out ", help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_older_spelling_is_understood()
    {
        var run = CommandRun.Of("report", "nowhere", "--out", "somewhere");
        Assert.Equal(ExitCodes.BadData, run.ExitCode);
        Assert.Contains("nowhere", run.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench recipe --data x --out y", null)]
    [InlineData("train --outputs y", "--output")]
    [InlineData("train --ouptut y", "--output")]
    [InlineData("train --sets y", "--set")]
    public void A_misspelt_option_is_not_taken_for_one_that_only_shares_its_dashes(string line, string? meant)
    {
        var run = CommandRun.Of(line.Split(' '));
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        if (meant is null)
            Assert.DoesNotContain("Did you mean", run.Stderr, StringComparison.Ordinal);
        else
            Assert.Contains($"Did you mean '{meant}'", run.Stderr, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, Command Command)> Descend(Command command, string path) =>
        command.Subcommands.SelectMany(child => Descend(child, $"{path} {child.Name}".Trim())).Prepend((path, command));
}
