using System.Diagnostics;
using System.Globalization;
using Mindwright.Evaluation.Statistics;
using Mindwright.Model;
using Mindwright.Planning;
using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Recipes;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Compute;
using Mindwright.Training.Stages;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Text;
using Interval = Mindwright.Runs.Report.Interval;

namespace Mindwright.Workbench.Sweep;

/// <summary>
/// Trains a ladder of small models with the loop that all training uses, fits a scaling law to their losses, predicts the loss of a larger
/// one, trains that too, and says by how much the law missed.
/// </summary>
public static class SweepPipeline
{
    /// <summary>The fit, in the run's folder: every <c>--law</c> takes it.</summary>
    public const string FitFile = "fit.json";

    /// <summary>The ladder's rows, in the run's folder: what <c>scaling fit</c> reads.</summary>
    public const string RowsFile = "ladder.csv";

    private const string Plan = "sweep";

    /// <summary>Whether a run is a sweep, finished or not.</summary>
    public static bool IsSweep(RunFolder run) => run.Result<SweepSection>(Plan) is not null;

    /// <summary>Goes on with an interrupted sweep: models that are done are kept.</summary>
    public static SweepOutcome Resume(RunFolder run, IProgressSink progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Run(RecipeReader.Read<SweepRecipe>(run.ResolvedPath, []), run, progress, resume: true, cancellation);
    }

    /// <summary>Runs a sweep and leaves its report.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="run">The run's folder; it keeps each model's result, so an interrupted sweep goes on where it was.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="resume">Whether to keep what the folder has.</param>
    /// <param name="cancellation">Stops at the next step, with a checkpoint saved.</param>
    public static SweepOutcome Run(SweepRecipe recipe, RunFolder run, IProgressSink progress, bool resume = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(run);
        run.WriteResult(Plan, recipe.Sweep);
        return RunTracking.Track(run, () =>
            RunLadder(recipe, run, new RunContext(recipe, run, progress, ComputeSettings.Apply(recipe.Compute), resume, cancellation: cancellation)));
    }

    private static SweepOutcome RunLadder(SweepRecipe recipe, RunFolder run, RunContext context)
    {
        var (progress, cancellation) = (context.Progress, context.Cancellation);
        var folder = run["tokenizer"];
        if (!Directory.Exists(folder))
            Vocabulary.Learn(recipe, context.Text, folder, cancellation);
        var tokenizer = ModelTokenizer.Own(Tokenizer.Load(folder));
        using var text = PretrainText.Encode(recipe, context.Text, tokenizer.Tokenizer, new ChatFormat(tokenizer.Tokenizer).EndOfText);
        var ladder = new SweepLadder(recipe, tokenizer.Tokenizer.VocabularySize, (long)text.Rows.Count * recipe.Stage<PretrainSection>().SequenceLength);
        var results = new List<SweepResult>();
        foreach (var point in ladder.Points)
            results.Add(Train(context, results.Count + 1, ladder, point, tokenizer, text));
        WriteRows(run, results);
        var rows = results.Select(r => r.Row).ToArray();
        var fit = LossFit.Fit(rows, seed: recipe.Seed, name: "sweep", source: context.Text.Source, cancellation: cancellation);
        AtomicFile.WriteText(run[FitFile], ScalingReport.Fit(fit, rows).ToJson() + "\n");

        var target = ladder.Target(fit.Law);
        var predicted = Predict(fit, target);
        progress.Message(string.Create(CultureInfo.InvariantCulture,
            $"the law predicts {predicted.Estimate:0.000} nats a token ({predicted.Low:0.000} to {predicted.High:0.000}) for {target.Parameters:#,0} parameters and {target.Tokens:#,0} tokens; now to see"));
        var outcome = new SweepOutcome(run.Path, context.Text.Source, results, fit, predicted, Train(context, results.Count + 1, ladder, target, tokenizer, text));
        SweepReportWriter.Write(recipe, run, outcome);
        return outcome;
    }

    private static Interval Predict(LossFit fit, SweepPoint point)
    {
        double Loss(ParametricLaw law) => law.Loss(point.Parameters, point.Tokens)!.Value;
        var resampled = fit.IntervalOf(Loss)!.Value;
        return new(Loss(fit.Law), resampled.Low, resampled.High);
    }

    private static SweepResult Train(
        RunContext context, int number, SweepLadder ladder, SweepPoint point, ModelTokenizer tokenizer, PretrainText text)
    {
        var own = new StageContext(context, StageList.Find(PretrainDefinition.StageName), number, ladder.Points.Count + 1) { Tokenizer = tokenizer };
        return own.Measured(point.Name, () =>
        {
            var clock = Stopwatch.StartNew();
            var recipe = ladder.RecipeOf(point);
            var section = recipe.Stage<PretrainSection>();
            var format = new ChatFormat(tokenizer.Tokenizer);
            using var model = new Transformer(
                recipe.Model.ToConfig(tokenizer.Tokenizer.VocabularySize, format.EndOfText, format.EndOfTurn), context.Compute.Device, context.Compute.Type);
            Initialization.Randomize(model, (ulong)recipe.Seed);
            own.Train(new PretrainStage(model, section, text) { Name = point.Name }, section, model);
            using var scorer = new TorchLanguageModel(model);
            // Per sequence, in units of a token: the mean over sequences is the loss of all tokens.
            var heldOut = text.HeldOut;
            var perToken = (double)heldOut.Sequences.Count / heldOut.Tokens;
            var loss = Bootstrap.Mean(heldOut.Nats(scorer), recipe.Seed).Scale(perToken);
            return new SweepResult(point, loss, clock.Elapsed.TotalSeconds);
        });
    }

    private static void WriteRows(RunFolder run, IReadOnlyList<SweepResult> results) => AtomicFile.WriteText(run[RowsFile], "N,D,loss\n"
        + string.Concat(results.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Point.Parameters},{r.Point.Tokens},{r.Loss.Estimate:R}\n"))));
}
