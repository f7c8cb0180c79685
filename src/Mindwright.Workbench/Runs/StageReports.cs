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
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="run">The run's folder, which another process may be using.</param>
    /// <param name="result">What the run reached.</param>
    public static IReadOnlyList<Entry> Of(Recipe recipe, string run, RunResult result)
    {
        MetricsRow[] metrics = [.. MetricsLog.Read(Path.Combine(run, RunFolder.MetricsFile))];
        var model = Path.Combine(run, "model");
        var parameters = Directory.Exists(model) ? ModelConfig.Load(model).ParameterCount : 0;
        var text = RunResults.Read<TextSummary>(run, RunContext.TextResult);
        return [.. StageList.All.Where(stage => result.Stages.ContainsKey(stage.Name)).Select(stage =>
        {
            var record = new StageRecord(recipe, result.Stages[stage.Name], metrics, parameters, text, result.Tokenizer?.BytesPerToken);
            return new Entry(stage, stage.Report(record), stage.Flops(record));
        })];
    }
}
