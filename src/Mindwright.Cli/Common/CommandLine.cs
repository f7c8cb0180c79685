using System.CommandLine;
using System.CommandLine.Help;

namespace Mindwright.Cli.Common;

/// <summary>Parses a command line, runs the command, and turns whatever comes of it into an exit code.</summary>
internal static class CommandLine
{
    /// <summary><c>--json</c>, which every command takes.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document to standard output; everything else goes to standard error.",
        Recursive = true,
    };

    /// <summary>Gives a command its work, done on the calling thread; an exception decides the exit code if it fails.</summary>
    /// <returns>The same command.</returns>
    public static Command Does(this Command command, Action<ParseResult, Output, CancellationToken> work)
    {
        command.SetAction((parse, cancellation) =>
        {
            work(parse, ((Invocation)parse.InvocationConfiguration).Result, cancellation);
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="root">The command tree.</param>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="stdout">Takes what the command produces.</param>
    /// <param name="stderr">Takes messages and logs.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C or SIGTERM.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(RootCommand root, string[] args, TextWriter stdout, TextWriter stderr, CancellationToken cancellation)
    {
        root.HelpName = "mindwright";
        if (args.Length == 0)
            args = ["--help"];
        var parse = root.Parse(args);
        var output = new Output(stdout, stderr, parse.GetValue(Json));
        var invocation = new Invocation(output)
        {
            Output = stdout,
            Error = stderr,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parse.Errors.Count > 0 && parse.Action is not (HelpAction or null))
                throw new UsageException(UsageErrors.Describe(parse));
            if (parse.Action is HelpAction)
                CommonOptions.ForgetFormerSpellings(parse.CommandResult.Command);
            return parse.InvokeAsync(invocation, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, output);
        }
    }

    private sealed class Invocation(Output result) : InvocationConfiguration
    {
        public Output Result { get; } = result;
    }
}
