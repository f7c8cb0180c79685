using Mindwright.Inference.Files;
using Mindwright.Runs;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;
using Mindwright.Training.Text;

namespace Mindwright.Workbench.Runs;

/// <summary>What each stage of a run says of itself.</summary>
internal static class StageReports
{
    /// <summary>A stage and its report.</summary>
    /// <param name="Stage">The stage.</param>
    /// <param name="Report">Its report.</param>
    /// <param name="Flops">Floating-point operations that it took.</param>
    internal sealed record Entry(IStageDefinition Stage, StageReport Report, double Flops);

    /// <summary>The reports of the stages that were run, in order.</summary>
    public static IReadOnlyList<Entry> Of(Recipe recipe, RunFolder run, RunResult result, IReadOnlyList<MetricsRow>? metrics = null)
    {
        metrics ??= [.. MetricsLog.Read(run.MetricsPath)];
        var parameters = Directory.Exists(run.ModelPath) ? ModelConfig.Load(run.ModelPath).ParameterCount : 0;
        var text = run.Result<TextSummary>(RunContext.TextResult);
        return [.. StageList.All.Where(stage => result.Stages.ContainsKey(stage.Name)).Select(stage =>
        {
            var record = new StageRecord(recipe, result.Stages[stage.Name], metrics, parameters, text, result.Tokenizer?.BytesPerToken);
            return new Entry(stage, stage.Report(record), stage.Flops(record));
        })];
    }
}
