using System.CommandLine;
using Mindwright.Planning;

namespace Mindwright.Cli.Commands;

/// <summary><c>plan memory</c>: bytes of training states, activations and the key-value cache.</summary>
internal static class PlanMemoryCommand
{
    public static Command Create()
    {
        var (model, parameters) = (PlanCommand.Model(), PlanCommand.Parameters());
        var accelerators = PlanCommand.Accelerators();
        var tensorParallel = PlanCommand.Text("--tensor-parallel", "Accelerators that share each layer.", "N");
        var batch = PlanCommand.Text("--batch", "Sequences at once on an accelerator.", "N");
        var context = PlanCommand.Text("--context", "Tokens of a sequence, where not the model's longest.", "N");
        var kvPrecision = PlanCommand.Precision("--kv-precision", "Precision of the cache.");
        var hardware = PlanCommand.Text("--hardware", "Say whether it fits this accelerator.", "NAME");
        var table = PlanCommand.Table();
        return new Command("memory", "Plan memory: 16 bytes a parameter, ZeRO stages, activations and what recomputing saves, the cache.")
        {
            model, parameters, accelerators, tensorParallel, batch, context, kvPrecision, hardware, table,
        }.Shows((parse, _) => MemoryPlan.Create(new()
        {
            Model = parse.GetValue(model) is { } name ? ModelShape.Find(name) : null,
            Parameters = parse.Read(parameters, Measure.Parameters),
            Accelerators = parse.ReadWhole(accelerators, Measure.Count) ?? 1,
            TensorParallel = parse.ReadWhole(tensorParallel, Measure.Count) ?? 1,
            Batch = parse.ReadWhole(batch, Measure.Count) ?? 1,
            Context = parse.ReadWhole(context, Measure.Context),
            KvPrecision = parse.GetValue(kvPrecision)!,
            Hardware = parse.GetValue(hardware) is { } chip ? new HardwareTable(parse.GetValue(table)).Find(chip) : null,
        }));
    }
}
