using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;

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

    /// <summary>The folder of the model that the stage adapts, if it trains adapters.</summary>
    public string? Base { get; init; }

    /// <inheritdoc cref="Train(IStage, StageSection, Transformer, ModelTokenizer)"/>
    internal IReadOnlyDictionary<string, double> Train(IStage stage, StageSection section, Transformer model, Tokenizer tokenizer) =>
        Train(stage, section, model, ModelTokenizer.Own(tokenizer));

    /// <summary>
    /// Runs a stage in the shared loop, and leaves its result as the run's <c>model/</c>; adapters are kept in <c>adapters/</c> and then worked in.
    /// </summary>
    internal IReadOnlyDictionary<string, double> Train(IStage stage, StageSection section, Transformer model, ModelTokenizer tokenizer)
    {
        Progress.StageStarted(new StageInfo(stage.Name, Number, Of, section.Steps, Curve: stage.Curve));
        model.CheckpointActivations = Recipe.Compute.CheckpointActivations;
        using var trainer = new Trainer(model, section.ToOptions(Recipe.Compute.CheckpointMinutes), Run, Progress, tokenizer.Save);
        var figures = trainer.Run(stage, Resume, Cancellation);
        trainer.Save(stage.Name, section.Steps, figures.TryGetValue("held_out_loss", out var loss) ? loss : null);
        if (model.Adapters is not null)
        {
            AtomicFolder.Write(Adaptation.Folder(Run, stage.Name), folder => LoraFolder.Save(folder, model, Base));
            model.Merge();
        }
        Run.WriteModel(folder =>
        {
            ModelFolder.Save(folder, model);
            tokenizer.Save(folder);
        });
        Progress.StageFinished(stage.Name, figures);
        return figures;
    }
}
