using System.Text;

namespace Mindwright.Cli.Common;

/// <summary>What a command reads from standard input.</summary>
internal static class Input
{
    /// <summary>Standard input as UTF-8 text, whether it is a terminal or a pipe.</summary>
    public static TextReader Open() =>
        Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)) : Console.In;

    /// <summary>Waits for a line; Ctrl-C ends the wait.</summary>
    /// <remarks>Nothing interrupts a blocked read, so another thread does it, and is left behind when the wait ends.</remarks>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static string? ReadLine(this TextReader input, CancellationToken cancellation)
    {
        var line = Task.Run(input.ReadLine, cancellation);
        line.Wait(cancellation);
        return line.Result;
    }
}
