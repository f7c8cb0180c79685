using Mindwright.Planning.Scaling;
using Mindwright.Runs;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Workbench.Sweep;

/// <summary>The trained models of run folders as rows that a scaling law is fitted to.</summary>
public static class RunLosses
{
    /// <summary>The ladder of a sweep, or the one model that another run pre-trained.</summary>
    /// <exception cref="InvalidDataException">The run has not pre-trained a model to its end.</exception>
    public static IReadOnlyList<LossRow> Read(string run)
    {
        var ladder = Path.Combine(run, SweepPipeline.RowsFile);
        if (File.Exists(ladder))
            return LossRow.Read(ladder);
        var result = RunResults.Read<PretrainResult>(run, PretrainDefinition.StageName);
        var last = MetricsLog.Read(Path.Combine(run, RunFolder.MetricsFile))
            .LastOrDefault(row => row.Stage == PretrainDefinition.StageName + MetricsRow.EvaluationSuffix)?["held_out_loss"];
        return result is not null && last is { } loss
            ? [new LossRow(result.Parameters, result.Tokens, loss)]
            : throw new InvalidDataException($"{run}: no model was pre-trained to its end here, so there is no loss to fit a law to");
    }
}
