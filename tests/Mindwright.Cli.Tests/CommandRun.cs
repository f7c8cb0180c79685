using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Inference.Opening;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Tests;

/// <summary>One command line, run inside the test's process.</summary>
internal sealed record CommandRun(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>Runs the real command tree, with the backends of the program.</summary>
    public static CommandRun Of(params string[] args) => Of(ModelOpening.Backends, args);

    /// <summary>Runs the real command tree, with other backends.</summary>
    public static CommandRun Of(ModelBackends backends, params string[] args) => Of(Program.CreateRoot(backends), args);

    /// <summary>Runs a command tree.</summary>
    public static CommandRun Of(RootCommand root, string[] args, CancellationToken cancellation = default)
    {
        var (stdout, stderr) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = CommandLine.Run(root, args, stdout, stderr, cancellation);
        return new CommandRun(code, stdout.ToString(), stderr.ToString());
    }
}
