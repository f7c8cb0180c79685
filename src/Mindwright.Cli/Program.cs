using System.CommandLine;
using Mindwright.Cli.Commands;
using Mindwright.Runs.Report;

namespace Mindwright.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        Terminal.UseUtf8();
        using var interruption = Interruption.Watch();
        return CommandLine.Run(CreateRoot(ModelLoading.OpenTorch), args, Console.Out, Console.Error, interruption.Token);
    }

    /// <summary>The whole command tree. A command registers by one line here.</summary>
    /// <param name="open">Opens the weights of a model.</param>
    internal static RootCommand CreateRoot(OpenModel open) => new("Make a language model of your own, from raw text to a chat that thinks.")
    {
        CommandLine.Json,
        QuickstartCommand.Create(),
        TrainCommand.Create(),
        ChatCommand.Create(open),
        GenerateCommand.Create(open),
        ScoreCommand.Create(open),
        TokenizerCommand.Create(),
        DataCommand.Create(),
        EvalCommand.Create(open),
        ReportCommand.Create(),
        DoctorCommand.Create(),
        RunsCommand.Create(),
        PlanCommand.Create(),
        ScalingCommand.Create(),
        BenchCommand.Create(),
    };
}
