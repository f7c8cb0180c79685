using System.Globalization;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Runs;

/// <summary>The part of a report that holds what was to be expected against what came.</summary>
internal static class ForecastSection
{
    /// <summary>Its heading.</summary>
    public const string Title = "Predicted against actual loss";

    // The end of a curve is a mean over this share of the steps: one step's loss is noise.
    private const double End = 0.02;

    // Before it the model learns which tokens there are at all, which no power law describes.
    private const double Begin = 0.05;

    /// <summary>
    /// From the run's own curve: a power law through the training loss at the full learning rate, extended to the last step. The fall of the
    /// learning rate at the end is not in it, so the difference is what that fall gave.
    /// </summary>
    /// <returns>Null where the curve is too short to say anything.</returns>
    internal static ReportSection? FromCurve(string stage, StageSection section, IReadOnlyList<MetricsRow> rows)
    {
        var losses = rows.Where(row => row.Stage == stage).OrderBy(row => row.Step).Select(row => row["loss"] ?? double.NaN).ToArray();
        var until = (int)(losses.Length * (1 - section.Decay));
        var from = Math.Max(1, (int)(losses.Length * Math.Max(Begin, section.Warmup)));
        if (losses.Length != section.Steps || LearningCurve.Fit(losses, from, until) is not { } law)
            return null;
        var actual = losses.TakeLast(Math.Max(1, (int)(losses.Length * End))).Average();
        var (predicted, interval) = (law.At(losses.Length), law.IntervalAt(losses.Length));
        var steps = Enumerable.Range(0, 60).Select(i => from * Math.Pow((double)losses.Length / from, i / 59.0)).ToArray();
        return new ReportSection(Title, [
            new Paragraph($"A power law through steps {Figure.Count(from)} to {Figure.Count(until)} of the training loss, where the learning rate stands at its full height, leads to "
                + $"{Figure.Significant(predicted)} [{Figure.Significant(interval.Low)}, {Figure.Significant(interval.High)}] nats a token at step {Figure.Count(losses.Length)}. "
                + $"The run ended at {Figure.Significant(actual)}, {Percent(actual / predicted - 1)}. From step {Figure.Count(until)} on the learning rate falls, which the law cannot know: "
                + "what the loss lies below it is what that fall gave. A law over sizes and budgets comes from scaling sweep; report RUN --law FILE puts its prediction here."),
            new LineChart("Training loss and the law through its first part", new Axis("step", Log: true, Min: from), new Axis("nats a token", Log: true),
            [
                new Series("training", [.. Enumerable.Range(from, losses.Length - from + 1).Select(step => (double)step)], losses[(from - 1)..]),
                new Series("power law, extended to the end", steps, [.. steps.Select(law.At)]),
            ]),
        ]);
    }

    /// <summary>From a scaling law: its loss for the run's size and tokens.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="law">The law.</param>
    /// <param name="fit">The fit with its resamplings, where the law was fitted here.</param>
    /// <exception cref="InvalidDataException">The run has not pre-trained a model to its end.</exception>
    /// <exception cref="ArgumentException">The law predicts no losses.</exception>
    public static ReportSection FromLaw(string run, ScalingLaw law, LossFit? fit)
    {
        ArgumentNullException.ThrowIfNull(law);
        if (Sweep.RunLosses.Read(run) is not [var row])
            throw new InvalidDataException($"{run}: is a sweep, whose report holds its own prediction");
        var predicted = law.Loss(row.Parameters, row.Tokens)
            ?? throw new ArgumentException($"law: {law.Name} predicts allocations, not losses", nameof(law));
        var interval = fit?.IntervalOf(l => l.Loss(row.Parameters, row.Tokens)!.Value);
        var bounds = interval is { } i ? $" [{Figure.Significant(i.Low, 4)}, {Figure.Significant(i.High, 4)}]" : "";
        return new ReportSection(Title, [
            new KeyFigures([
                new("predicted", Figure.Significant(predicted, 4) + bounds, $"nats a token, by {law.Name}"),
                new("actual", Figure.Significant(row.Loss, 4), "nats a token on unseen text"),
                new("off by", Percent(row.Loss / predicted - 1), "actual over predicted"),
            ]),
            new Paragraph($"{law.Source}: {law.Formula}, for {Figure.Short(row.Parameters)} parameters and {Figure.Short(row.Tokens)} tokens. "
                + "A law's loss holds for its own text and tokens, and inside about the range that it was fitted on: against another text's law only the order of magnitude says something."),
        ]);
    }

    private static string Percent(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " %";
}
