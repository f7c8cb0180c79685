using Mindwright.Evaluation.Tasks;
using Mindwright.Inference.Opening;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Report;
using Mindwright.Workbench.Models;

namespace Mindwright.Workbench.Evaluation;

/// <summary>Measures what a model can do, and leaves the results where the model's run has them.</summary>
public static class EvaluationRun
{
    /// <summary>The results, in the output folder.</summary>
    public const string ResultsFile = "evaluation.json";

    // Item results, so that an interrupted evaluation goes on and a repeated one takes no time.
    private const string CacheFolder = "evaluations";

    /// <summary>Runs the tasks, and writes results and report. A report that is there gets the results as a section, instead of those it had.</summary>
    /// <param name="model">The model. One that came with a chat template is asked by it, unless the plan says otherwise.</param>
    /// <param name="plan">What to measure.</param>
    /// <param name="progress">Receives progress, a stage for each task.</param>
    /// <param name="cancellation">Stops between batches; what is done is kept.</param>
    /// <exception cref="ArgumentException">There is no task of that name.</exception>
    /// <exception cref="FileNotFoundException">A task's file is missing, and that is not to be skipped.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static EvaluationResults Run(OpenedModel model, EvaluationPlan plan, IProgressSink progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = plan.Output ?? ModelFinder.RunOf(model.Folder);
        var results = EvaluationSuite.Run(
            plan.Tasks,
            new TaskCatalog(plan.DataFolder),
            TextModel.Of(model.Model, model.Text, ModelHash.Of(model.Folder), chats: !plan.Plain && model.Text.HasTemplate),
            ModelEmbeddings.Load(model.Folder, model.Tokenizer),
            plan.Settings,
            plan.Limit,
            folder is null ? UserFolder.Of(CacheFolder) : Path.Combine(folder, CacheFolder),
            plan.SkipMissing,
            new EvaluationProgress(progress, plan.Tasks).Tell,
            cancellation);
        if (folder is not null)
            Save(folder, results);
        return results;
    }

    private static void Save(string folder, EvaluationResults results)
    {
        Directory.CreateDirectory(folder);
        JsonFormat.Write(Path.Combine(folder, ResultsFile), results);
        var report = File.Exists(Path.Combine(folder, RunReport.JsonFile))
            ? RunReport.Read(folder)
            : new("Evaluation", $"What the model in {folder} can do.", []);
        report.With(results.ToSection()).Write(folder);
    }
}
