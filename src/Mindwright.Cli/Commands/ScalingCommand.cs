using System.CommandLine;
using Mindwright.Planning;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Workbench.Scaling;
using Mindwright.Workbench.Sweep;

namespace Mindwright.Cli.Commands;

/// <summary><c>scaling</c>: published scaling laws, and laws fitted to one's own models.</summary>
internal static class ScalingCommand
{
    public static Command Create() => new("scaling", "Scaling laws: fit them, look them up, predict with them.")
    {
        Fit(),
        Table(),
        Predict(),
        ScalingSweepCommand.Create(),
    };

    private static Command Fit()
    {
        var files = new Argument<string[]>("rows")
        {
            Description = "CSV files with columns N, D and loss (nats a token), .jsonl files with these keys, or runs: trained models on the same text and tokens.",
            Arity = ArgumentArity.OneOrMore,
        };
        var bootstrap = new Option<int>("--bootstrap")
        {
            Description = "Resamples for the intervals; 0 for none.",
            DefaultValueFactory = _ => 200,
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the resampling." };
        return new Command("fit", "Fit L = E + A/N^α + B/D^β and the frontier's power law; keep the --json output to predict with it.")
        {
            files, bootstrap, seed,
        }.Shows((parse, cancellation) =>
        {
            var paths = parse.GetValue(files)!;
            LossRow[] rows = [.. paths.SelectMany(path => File.Exists(path) ? LossRow.Read(path) : RunLosses.Read(RunCatalog.Find(path)))];
            var name = Path.GetFileNameWithoutExtension(paths[0]);
            var fit = LossFit.Fit(rows, parse.GetValue(bootstrap), parse.GetValue(seed), name, string.Join(", ", paths), cancellation);
            return ScalingReport.Fit(fit, rows);
        });
    }

    private static Command Table()
    {
        var law = new Argument<string?>("law")
        {
            Description = "A law's name; without it, all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Command("table", "The published fits by name, or one law's optimal compute and tokens by model size.") { law }
            .Shows((parse, _) => parse.GetValue(law) is { } name ? ScalingReport.Table(LawFinder.Find(name).Law) : ScalingReport.Laws());
    }

    private static Command Predict()
    {
        var law = new Option<string>("--law")
        {
            Description = "A name of 'scaling table', or the JSON file of a fit.",
            DefaultValueFactory = _ => "epoch",
        };
        var parameters = PlanCommand.Parameters();
        var tokens = PlanCommand.Text("--tokens", "Training tokens, as 300B.", "N");
        var budget = PlanCommand.Text("--budget", "Compute in FLOP, for the best size and token count.", "FLOP");
        return new Command("predict", "The loss of a model, or the best use of a budget, by a law.") { law, parameters, tokens, budget }
            .Shows((parse, _) =>
            {
                var (found, fit) = LawFinder.Find(parse.GetValue(law)!);
                return ScalingReport.Predict(found, parse.Read(parameters, Measure.Parameters), parse.Read(tokens, Measure.Tokens),
                    parse.Read(budget, Measure.Flops), fit);
            });
    }
}
