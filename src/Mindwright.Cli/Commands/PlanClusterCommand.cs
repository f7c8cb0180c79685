using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Planning;

namespace Mindwright.Cli.Commands;

/// <summary><c>plan cluster</c>: power, capital, the cost of an hour, and what a run takes on it.</summary>
internal static class PlanClusterCommand
{
    public static Command Create()
    {
        var (hardware, table) = (PlanCommand.Hardware(), PlanCommand.Table());
        var accelerators = PlanCommand.Accelerators();
        accelerators.Required = true;
        var purchase = PlanCommand.Text("--purchase-price", "An accelerator with its share of server and network, as 40KUSD.", "AMOUNT");
        var pue = PlanCommand.Text("--pue", "Facility power over machine power, as 1.1.", "FACTOR");
        var network = PlanCommand.Text("--network-share", "Power of switches, optics and storage over that of servers, as 10%.", "SHARE");
        var electricity = PlanCommand.Text("--electricity", "Price of electricity, as 0.08USD/kWh.", "RATE");
        var site = PlanCommand.Text("--site", "Building cost of the site, as 11.7MUSD/MW.", "RATE");
        var years = PlanCommand.Text("--years", "Years over which accelerators are paid back, as 4y.", "SPAN");
        var rate = PlanCommand.Text("--rate", "Yearly interest, as 10%.", "RATE");
        var occupancy = PlanCommand.Text("--occupancy", "Share of all hours in use, as 80%.", "SHARE");
        var parameters = PlanCommand.Parameters();
        var tokens = PlanCommand.Text("--tokens", "Training tokens of a run, as 15T.", "N");
        var budget = PlanCommand.Text("--budget", "A run's compute in FLOP, instead of --params and --tokens.", "FLOP");
        var precision = PlanCommand.Precision("--precision", "Precision of the run.");
        var mfu = PlanCommand.Text("--mfu", "Model FLOPs utilization of the run, as 40%.", "SHARE");
        var generations = PlanCommand.Text("--generations", "Show what so many later generations of the run would bring and cost.", "N");
        return new Command("cluster", "Plan a cluster: server and facility power, capital, the cost of an accelerator-hour, a run's days.")
        {
            hardware, table, accelerators, purchase, pue, network, electricity, site, years, rate, occupancy,
            parameters, tokens, budget, precision, mfu, generations,
        }.Shows((parse, _) =>
        {
            var (n, d) = (parse.Read(parameters, Measure.Parameters), parse.Read(tokens, Measure.Tokens));
            var c = parse.Read(budget, Measure.Flops);
            if ((n is null) != (d is null) || (n is not null && c is not null))
                throw new UsageException("--params: a run is given by --params and --tokens together, or by --budget alone");
            return ClusterPlan.Create(new()
            {
                Hardware = parse.Read(hardware, table),
                Accelerators = parse.ReadWhole(accelerators, Measure.Count)!.Value,
                PurchasePrice = parse.Read(purchase, Measure.Dollars),
                Pue = parse.Read(pue, Measure.Factor) ?? Defaults.Pue,
                NetworkShare = parse.Read(network, Measure.Rate) ?? Defaults.NetworkShare,
                DollarsPerKilowattHour = parse.Read(electricity, Measure.DollarsPerKilowattHour) ?? Defaults.DollarsPerKilowattHour,
                SiteDollarsPerWatt = parse.Read(site, Measure.DollarsPerWatt) ?? Defaults.SiteDollarsPerWatt,
                Years = parse.Read(years, Measure.Years) ?? Defaults.AcceleratorYears,
                InterestRate = parse.Read(rate, Measure.Rate) ?? Defaults.InterestRate,
                Occupancy = parse.Read(occupancy, Measure.Share) ?? Defaults.Occupancy,
                RunFlops = c ?? (n is { } size && d is { } data ? TrainingCompute.Flops(size, data) : null),
                Precision = parse.GetValue(precision)!,
                Utilization = parse.Read(mfu, Measure.Share) ?? Defaults.TrainingUtilization,
                Generations = parse.ReadWhole(generations, Measure.Count) ?? 0,
            });
        });
    }
}
