using Mindwright.Cli.Common;
using Mindwright.Runs;
using Spectre.Console;

namespace Mindwright.Cli.Display;

/// <summary>Chooses how a command shows the progress of its stages.</summary>
internal static class ProgressDisplay
{
    /// <summary>
    /// A live display where a person watches; plain lines to standard output where it is piped, and to standard error with <c>--json</c>.
    /// </summary>
    /// <returns>A sink to dispose of before the command prints its result.</returns>
    public static IProgressDisplay Create(Output output) => output.IsLive
        ? new LiveDisplay(AnsiConsole.Console, TimeProvider.System)
        : new PlainDisplay(output.Json ? output.Log : output.Line, TimeProvider.System);
}

/// <summary>A sink that occupies the terminal until it is disposed of.</summary>
internal interface IProgressDisplay : IProgressSink, IDisposable;
