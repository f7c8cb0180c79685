using System.CommandLine;
using Mindwright.Cli.Commands;
using Mindwright.Cli.Common;
using Mindwright.Inference.Opening;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        Terminal.UseUtf8();
        using var interruption = Interruption.Watch();
        return CommandLine.Run(CreateRoot(ModelOpening.Backends), args, Console.Out, Console.Error, interruption.Token);
    }

    /// <summary>The whole command tree. A command registers by one line here.</summary>
    /// <param name="backends">What computes models.</param>
    internal static RootCommand CreateRoot(ModelBackends backends) => new("Make a language model of your own, from raw text to a chat that thinks.")
    {
        CommandLine.Json,
        QuickstartCommand.Create(),
        TrainCommand.Create(),
        ChatCommand.Create(backends),
        GenerateCommand.Create(backends),
        ScoreCommand.Create(backends),
        TokenizerCommand.Create(),
        DataCommand.Create(),
        EvalCommand.Create(backends),
        ReportCommand.Create(),
        DoctorCommand.Create(),
        RunsCommand.Create(),
        PlanCommand.Create(),
        ScalingCommand.Create(),
        BenchCommand.Create(),
    };
}
