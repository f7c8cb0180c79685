using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Runs;

namespace Mindwright.Training.Pipeline;

/// <summary>What the stages of one run share.</summary>
/// <param name="Recipe">The recipe, resolved.</param>
/// <param name="Run">The run's folder.</param>
/// <param name="Progress">Who watches.</param>
/// <param name="Compute">Where and in which type to compute.</param>
/// <param name="Cancellation">Stops the run at the next step, with a checkpoint saved.</param>
public sealed record StageContext(Recipe Recipe, RunFolder Run, IProgressSink Progress, ComputeSettings Compute, CancellationToken Cancellation)
{
    /// <summary>This stage's place in the run, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>Stages in the run.</summary>
    public int Of { get; init; } = 1;

    /// <summary>Whether to go on from the stage's newest checkpoint, if it has one.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Something measured once: a resumed run takes what it measured before the interruption from the run's <c>results/</c>, since the
    /// model that it was measured on is no more.
    /// </summary>
    public T Measured<T>(string name, Func<T> measure)
    {
        if (Resume && Run.Result<T>(name) is { } known)
            return known;
        var result = measure();
        Run.WriteResult(name, result);
        return result;
    }

    /// <summary>Runs a stage in the shared loop, and leaves its result as the run's <c>model/</c>.</summary>
    internal IReadOnlyDictionary<string, double> Train(IStage stage, StageSection section, Transformer model, Tokenizer tokenizer)
    {
        Progress.StageStarted(new StageInfo(stage.Name, Number, Of, section.Steps, Curve: stage.Curve));
        model.CheckpointActivations = Recipe.Compute.CheckpointActivations;
        void WriteTokenizer(string folder) => tokenizer.Save(folder, ChatFormat.Template);
        using var trainer = new Trainer(model, section.ToOptions(Recipe.Compute.CheckpointMinutes), Run, Progress, WriteTokenizer);
        var figures = trainer.Run(stage, Resume, Cancellation);
        trainer.Save(stage.Name, section.Steps, figures.TryGetValue("held_out_loss", out var loss) ? loss : null);
        Run.WriteModel(folder =>
        {
            ModelFolder.Save(folder, model);
            WriteTokenizer(folder);
        });
        Progress.StageFinished(stage.Name, figures);
        return figures;
    }
}
