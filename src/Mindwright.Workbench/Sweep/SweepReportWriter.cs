using System.Globalization;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Interval = Mindwright.Runs.Report.Interval;

namespace Mindwright.Workbench.Sweep;

/// <summary>Says what a sweep found, for someone who wasn't there.</summary>
internal static class SweepReportWriter
{
    // Enough for a smooth line, and too many to be marked as if they had been measured.
    private const int PointsOfTheLaw = 60;

    public static void Write(Recipe recipe, RunFolder run, SweepOutcome outcome)
    {
        var point = outcome.Target.Point;
        var summary = $"{outcome.Ladder.Count} small models were trained on {outcome.Corpus}, and a scaling law was fitted to their losses. It predicted "
            + $"{Figure.Significant(outcome.Predicted.Estimate, 4)} nats a token for a model of {Figure.Significant(outcome.TimesCompute, 2)} times the compute of the "
            + $"dearest of them. Then that model was trained: it reached {Figure.Significant(outcome.Target.Loss.Estimate, 4)}, {Percent(outcome.Miss)} from the prediction.";
        new RunReport(recipe.Name, summary,
        [
            new("In short", [new KeyFigures(
            [
                new("predicted loss", Figure.Significant(outcome.Predicted.Estimate, 4), $"nats a token; {Bounds(outcome.Predicted)} by resampling the ladder"),
                new("actual loss", Figure.Significant(outcome.Target.Loss.Estimate, 4), $"{Bounds(outcome.Target.Loss)} by resampling the unseen text"),
                new("miss", Percent(outcome.Miss), "actual over predicted"),
                new("the larger model", $"{Figure.Short(point.Parameters)} parameters", $"{Figure.Short(point.Tokens)} tokens, {Figure.Significant(point.Flops)} FLOP"),
            ])]),
            new("Loss over compute",
            [
                new Paragraph("Each line is one size, trained at several lengths. The law's line is the least loss that a budget buys when it is split between size and tokens as the law finds best."),
                new LineChart("Loss on unseen text", new Axis("training compute, FLOP (6ND)", Log: true), new Axis("nats a token", Log: true),
                [
                    LawLine(outcome),
                    new("predicted, then trained: actual", [point.Flops], [outcome.Target.Loss.Estimate]),
                    .. outcome.Ladder.GroupBy(r => r.Point.Parameters).Select(size => new Series(
                        $"{Figure.Short(size.Key)} parameters", [.. size.Select(r => r.Point.Flops)], [.. size.Select(r => r.Loss.Estimate)])),
                ],
                Note: "Both axes are logarithmic."),
                Models(outcome),
            ]),
            new("The law",
            [
                new Paragraph("Loss = E + A/N^α + B/D^β, with N parameters (all of them; the tied embedding counts once) and D tokens (each read once), "
                    + $"fitted as by Hoffmann et al. 2022: Huber's loss on logarithms, {outcome.Fit.Starts} starts. The fitted points are off by "
                    + $"{Figure.Significant(100 * outcome.Fit.RmsLogResidual, 2)} % (root mean square). With five constants and {outcome.Fit.Rows} points, "
                    + "single constants are less certain than the losses that follow from them."),
                new Table("Constants", ["", "Value", "95 % by resampling"],
                [
                    Constant(outcome.Fit, "E", l => l.E), Constant(outcome.Fit, "A", l => l.A), Constant(outcome.Fit, "B", l => l.B),
                    Constant(outcome.Fit, "α", l => l.Alpha), Constant(outcome.Fit, "β", l => l.Beta),
                    Constant(outcome.Fit, "p, where the best N grows as C^p", l => l.ParameterExponent),
                ]),
            ]),
            new("Cost", [Assumptions.Cost.ToTable(
            [
                ("ladder", outcome.Ladder.Sum(r => r.Seconds), outcome.Ladder.Sum(r => r.Point.Flops)),
                ("larger model", outcome.Target.Seconds, point.Flops),
            ])]),
            new("What to do next", [new Commands(
            [
                $"./mindwright scaling predict --law {Path.Combine(run.Path, SweepPipeline.FitFile)} --params 10M --tokens 100M",
                $"./mindwright plan train --law {Path.Combine(run.Path, SweepPipeline.FitFile)} --budget 1e15 --hardware this --precision bf16",
                $"./mindwright scaling fit {run.Path}",
            ])]),
        ]).Write(run.Path);
    }

    private static Series LawLine(SweepOutcome outcome)
    {
        var (low, high) = (outcome.Ladder.Min(r => r.Point.Flops), outcome.Target.Point.Flops);
        var flops = Enumerable.Range(0, PointsOfTheLaw).Select(i => low * Math.Pow(high / low, i / (PointsOfTheLaw - 1.0))).ToArray();
        return new("the law, at its best split", flops, [.. flops.Select(c => outcome.Fit.Law.Optimal(c).Loss!.Value)]);
    }

    private static Table Models(SweepOutcome outcome) => new(
        "All models; the last is the one that was predicted", ["Blocks", "Parameters N", "Tokens D", "FLOP", "Loss", "The law says", "Off by"],
        [.. outcome.Ladder.Append(outcome.Target).Select(r =>
        {
            var law = outcome.Fit.Law.Loss(r.Point.Parameters, r.Point.Tokens)!.Value;
            return (IReadOnlyList<string>)
            [
                r.Point.Depth.ToString(CultureInfo.InvariantCulture), Figure.Short(r.Point.Parameters), Figure.Short(r.Point.Tokens),
                Figure.Significant(r.Point.Flops), Figure.WithInterval(r.Loss), Figure.Significant(law, 4), Percent(r.Loss.Estimate / law - 1),
            ];
        })]);

    private static IReadOnlyList<string> Constant(LossFit fit, string name, Func<ParametricLaw, double> value) =>
        [name, Figure.Significant(value(fit.Law)), fit.IntervalOf(value) is { } i ? $"{Figure.Significant(i.Low)} to {Figure.Significant(i.High)}" : ""];

    private static string Bounds(Interval interval) => $"{Figure.Significant(interval.Low, 4)} to {Figure.Significant(interval.High, 4)}";

    private static string Percent(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " %";
}
