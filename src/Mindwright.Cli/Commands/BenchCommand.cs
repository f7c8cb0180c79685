using System.CommandLine;

namespace Mindwright.Cli.Commands;

/// <summary><c>bench</c>: the parent of the commands that measure. One line a benchmark.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure how fast and how well a part works on this machine.")
    {
        BenchRecipeCommand.Create(),
        BenchTokenizerCommand.Create(),
        BenchTrainCommand.Create(),
    };
}
