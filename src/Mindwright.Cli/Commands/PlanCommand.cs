using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mindwright.Cli.Common;
using Mindwright.Planning;
using Mindwright.Workbench.Doctor;

namespace Mindwright.Cli.Commands;

/// <summary><c>plan</c>: what a model would take, before anything is trained, bought or served.</summary>
internal static partial class PlanCommand
{
    public static Command Create() => new("plan",
        "Work out compute, memory, time, money and power; every figure with its formula and source.")
    {
        PlanTrainCommand.Create(),
        PlanServeCommand.Create(),
        PlanMemoryCommand.Create(),
        PlanClusterCommand.Create(),
    };

    /// <summary>An option whose text a <see cref="Measure"/> reads.</summary>
    public static Option<string?> Text(string name, string description, string valueName) =>
        new(name) { Description = description, HelpName = valueName };

    public static Option<string> Precision(string name, string description) =>
        new(name) { Description = description, HelpName = "FORMAT", DefaultValueFactory = _ => "bf16" };

    public static Option<string?> Model() =>
        Text("--model", $"A model folder or config.json, or one of {string.Join(", ", ModelShape.Known.Select(m => m.Name))}.", "MODEL");

    public static Option<string?> Parameters() => Text("--params", "Number of parameters, as 7B, where no --model is given.", "N");

    public static Option<string> Hardware() => new("--hardware")
    {
        Description = $"What it runs on: {string.Join(", ", new HardwareTable().All.Select(a => a.Name))}, this (once doctor measured it), or a name of your own table.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "h100",
    };

    public static Option<string?> Table() => Text("--hardware-table", "A JSON file that adds accelerators to the built-in ones.", "FILE");

    public static Option<string?> Accelerators() => Text("--accelerators", "How many accelerators, as 8 or 100K.", "N");

    /// <summary>The value in base units, or null where the option wasn't given.</summary>
    public static double? Read(this ParseResult parse, Option<string?> option, Measure measure) =>
        parse.GetValue(option) is { } text ? measure.Parse(option.Name, text) : null;

    public static int? ReadWhole(this ParseResult parse, Option<string?> option, Measure measure) =>
        parse.GetValue(option) is { } text ? measure.ParseWhole(option.Name, text) : null;

    public static Accelerator Read(this ParseResult parse, Option<string> hardware, Option<string?> table) =>
        new HardwareTable(parse.GetValue(table), ThisMachine.File).Find(parse.GetValue(hardware)!);

    /// <summary>Gives a command a plan to show: as aligned text, or as the one JSON document.</summary>
    public static Command Shows(this Command command, Func<ParseResult, CancellationToken, Plan> make) =>
        command.Does((parse, output, cancellation) =>
        {
            try
            {
                var plan = make(parse, cancellation);
                output.Text.Write(plan.ToText());
                if (output.Json)
                    using (var json = JsonDocument.Parse(plan.ToJson()))
                        output.Document(json.RootElement);
            }
            catch (ArgumentException error)
            {
                // Planning checks what the user typed and names the argument; here it becomes the option's spelling.
                throw new UsageException(ArgumentName().Replace(error.Message, name => "--" + KebabCase(name.Value)));
            }
        });

    private static string KebabCase(string name) => Capital().Replace(name, letter => "-" + letter.Value.ToLowerInvariant());

    [GeneratedRegex("^[a-z][A-Za-z-]*(?=: )")]
    private static partial Regex ArgumentName();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
