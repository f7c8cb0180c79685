using System.CommandLine;
using Mindwright.Planning;
using Mindwright.Workbench.Scaling;

namespace Mindwright.Cli.Commands;

/// <summary><c>plan train</c>: FLOP, hours, money, energy and CO₂ of a training run.</summary>
internal static class PlanTrainCommand
{
    public static Command Create()
    {
        var (model, parameters) = (PlanCommand.Model(), PlanCommand.Parameters());
        var active = PlanCommand.Text("--active", "Parameters a token passes through, where fewer than all (mixture of experts).", "N");
        var tokens = PlanCommand.Text("--tokens", "Training tokens, as 300B.", "N");
        var budget = PlanCommand.Text("--budget", "The whole budget, in FLOP (1e21) or money (5MUSD).", "AMOUNT");
        var law = PlanCommand.Text("--law",
            "The scaling law that chooses what isn't given: a name of 'scaling table', or a fit's JSON file.", "LAW");
        var (hardware, table, accelerators) = (PlanCommand.Hardware(), PlanCommand.Table(), PlanCommand.Accelerators());
        var precision = PlanCommand.Precision("--precision", "Precision of the products.");
        var mfu = PlanCommand.Text("--mfu", "Model FLOPs utilization, as 40%.", "SHARE");
        var price = PlanCommand.Text("--price", "Rent of an accelerator, as 2USD/h.", "RATE");
        var pue = PlanCommand.Text("--pue", "Facility power over machine power, as 1.1.", "FACTOR");
        var carbon = PlanCommand.Text("--carbon", "Carbon intensity of the electricity, as 400g/kWh.", "RATE");
        var context = PlanCommand.Text("--context", "Training sequence in tokens, where not the model's longest.", "N");
        var rl = PlanCommand.Text("--rl-share", "Share of the machine time for reinforcement learning, as 10%.", "SHARE");
        var rollout = PlanCommand.Text("--rollout-tokens", "Mean tokens of a rollout.", "N");
        return new Command("train", "Plan a training run: give two of size, tokens and budget, or one and let a scaling law choose.")
        {
            model, parameters, active, tokens, budget, law, hardware, table, accelerators, precision, mfu, price, pue, carbon,
            context, rl, rollout,
        }.Shows((parse, _) =>
        {
            var money = parse.GetValue(budget) is { } text && Measure.LooksLikeMoney(text);
            return TrainPlan.Create(new()
            {
                Model = parse.GetValue(model) is { } name ? ModelShape.Find(name) : null,
                Parameters = parse.Read(parameters, Measure.Parameters),
                ActiveParameters = parse.Read(active, Measure.Parameters),
                Tokens = parse.Read(tokens, Measure.Tokens),
                BudgetFlops = money ? null : parse.Read(budget, Measure.Flops),
                BudgetDollars = money ? parse.Read(budget, Measure.Dollars) : null,
                Law = LawFinder.Find(parse.GetValue(law) ?? "epoch").Law,
                Hardware = parse.Read(hardware, table),
                Accelerators = parse.ReadWhole(accelerators, Measure.Count) ?? 1,
                Precision = parse.GetValue(precision)!,
                Utilization = parse.Read(mfu, Measure.Share) ?? Defaults.TrainingUtilization,
                PricePerHour = parse.Read(price, Measure.DollarsPerHour),
                Pue = parse.Read(pue, Measure.Factor) ?? Defaults.Pue,
                GramsPerKilowattHour = parse.Read(carbon, Measure.GramsPerKilowattHour) ?? Defaults.GramsPerKilowattHour,
                Sequence = parse.ReadWhole(context, Measure.Context),
                RlShare = parse.Read(rl, Measure.Rate),
                RolloutTokens = parse.Read(rollout, Measure.Context) ?? Defaults.RolloutTokens,
            });
        });
    }
}
