using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Planning;

namespace Mindwright.Cli.Commands;

/// <summary><c>plan serve</c>: speed and price of decoding, by the roofline or from a measurement.</summary>
internal static class PlanServeCommand
{
    public static Command Create()
    {
        var (model, parameters) = (PlanCommand.Model(), PlanCommand.Parameters());
        var active = PlanCommand.Text("--active", "Parameters a token passes through, where fewer than all (mixture of experts).", "N");
        var (hardware, table, accelerators) = (PlanCommand.Hardware(), PlanCommand.Table(), PlanCommand.Accelerators());
        var batch = PlanCommand.Text("--batch", "Sequences decoded at once.", "N");
        var context = PlanCommand.Text("--context", "Mean tokens in a sequence's cache.", "N");
        var precision = PlanCommand.Precision("--precision", "Precision of the weights.");
        var kvPrecision = PlanCommand.Precision("--kv-precision", "Precision of the cache.");
        var utilization = PlanCommand.Text("--utilization", "Share of the peak that products reach, as 50%.", "SHARE");
        var price = PlanCommand.Text("--price", "Rent of an accelerator (with --measured: of the machine), as 2USD/h.", "RATE");
        var measured = PlanCommand.Text("--measured", "A measured speed to be priced instead, as 850tok/s.", "SPEED");
        var baseline = PlanCommand.Text("--baseline", "With --measured: the speed of the model it replaces.", "SPEED");
        var history = new Option<bool>("--history") { Description = "Show how the price of a fixed quality fell, as published." };
        return new Command("serve", "Plan serving a model: tokens a second, the batch at the ridge, the price of a million tokens.")
        {
            model, parameters, active, hardware, table, accelerators, batch, context, precision, kvPrecision, utilization,
            price, measured, baseline, history,
        }.Shows((parse, _) =>
        {
            if (parse.GetValue(history))
                return PriceHistory.Create();
            var accelerator = parse.Read(hardware, table);
            var rent = parse.Read(price, Measure.DollarsPerHour);
            if (parse.Read(measured, Measure.TokensPerSecond) is { } speed)
                return ServePlan.Measured(speed,
                    rent ?? throw new UsageException("--measured: needs --price, what the machine costs an hour, as in 0.10USD/h"),
                    parse.Read(baseline, Measure.TokensPerSecond));
            if (parse.GetValue(baseline) is not null)
                throw new UsageException("--baseline: needs --measured, the speed to compare with it");
            return ServePlan.Create(new()
            {
                Model = parse.GetValue(model) is { } name ? ModelShape.Find(name) : null,
                Parameters = parse.Read(parameters, Measure.Parameters),
                ActiveParameters = parse.Read(active, Measure.Parameters),
                Hardware = accelerator,
                Accelerators = parse.ReadWhole(accelerators, Measure.Count) ?? 1,
                Batch = parse.ReadWhole(batch, Measure.Count) ?? 1,
                Context = parse.ReadWhole(context, Measure.Context) ?? 2048,
                Precision = parse.GetValue(precision)!,
                KvPrecision = parse.GetValue(kvPrecision)!,
                Utilization = parse.Read(utilization, Measure.Share) ?? Defaults.ServingUtilization,
                PricePerHour = rent,
            });
        });
    }
}
