using Mindwright.Data.BuiltIn;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Compute;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Text;

namespace Mindwright.Training.Stages;

/// <summary>What a stage is given to do its work with.</summary>
/// <param name="Shared">What all stages of the run share.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Number">Its place in the run, from 1, the vocabulary included.</param>
/// <param name="Of">Stages in the run.</param>
public sealed record StageContext(RunContext Shared, IStageDefinition Stage, int Number, int Of)
{
    /// <summary>The recipe, resolved.</summary>
    public Recipe Recipe => Shared.Recipe;

    /// <summary>The run's folder; null on ranks other than 0.</summary>
    public RunFolder? Run => Shared.Run;

    /// <summary>Receives progress.</summary>
    public IProgressSink Progress => Shared.Progress;

    /// <summary>Where and in which type to compute.</summary>
    public ComputeSettings Compute => Shared.Compute;

    /// <summary>The processes that train together.</summary>
    public ICollective Collective => Shared.Collective;

    /// <summary>Stops the run at the next step, with a checkpoint saved.</summary>
    public CancellationToken Cancellation => Shared.Cancellation;

    /// <summary>The run's text, read when it is first asked for.</summary>
    public RunText Text => Shared.Text;

    /// <summary>The built-in API reference, read when it is first asked for.</summary>
    internal SdkDocs Reference => Shared.Reference;

    /// <summary>The tokenizer of the run's model.</summary>
    public required ModelTokenizer Tokenizer { get; init; }

    /// <summary>The model that the stage begins with, and that it may replace; null for a stage that makes the first one.</summary>
    public Transformer? Model { get; set; }

    /// <summary>The folder of the frozen model under the stage's adapters; null where it trains the model itself.</summary>
    internal string? AdapterBase { get; init; }

    /// <summary>
    /// Something measured once: a resumed run takes what it measured before the interruption from the run's <c>results/</c>, since the
    /// model that it was measured on is no more. Rank 0 measures, and tells the others.
    /// </summary>
    public T Measured<T>(string name, Func<T> measure) => Collective.Share(() =>
    {
        // By its type, so that a number that was not measured yet isn't taken for 0.
        if (Shared.Resume && Run?.Result(name, typeof(T)) is T known)
            return known;
        var result = measure();
        Run?.WriteResult(name, result);
        return result;
    });

    /// <summary>Notes that files, or something else of a name, went into the run: for its manifest and its report.</summary>
    /// <param name="source">What it is, in words.</param>
    /// <param name="files">The files that were read.</param>
    public void Uses(string source, IReadOnlyList<string>? files = null) => Shared.Uses(source, files ?? []);

    /// <summary>Runs a stage in the shared loop over one network, and leaves the result as the run's <c>model/</c>.</summary>
    /// <returns>What the last evaluation measured.</returns>
    public IReadOnlyDictionary<string, double> Train(IStage stage, StageSection section, Transformer network)
    {
        using var trained = new TrainedModel(network, section.ToOptimizer(), Tokenizer.Save);
        return Train(stage, section, [trained]);
    }

    /// <summary>
    /// Runs a stage in the shared loop, and leaves the first network as the run's <c>model/</c>; adapters are kept in <c>adapters/</c> and then
    /// merged.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="section">Its options.</param>
    /// <param name="models">The networks that it trains, the run's model first; the caller disposes them.</param>
    /// <returns>What the last evaluation measured.</returns>
    public IReadOnlyDictionary<string, double> Train(IStage stage, StageSection section, IReadOnlyList<TrainedModel> models)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(models);
        Progress.StageStarted(new StageInfo(stage.Name, Number, Of, section.Steps, Curve: stage.Curve));
        foreach (var model in models)
            model.Network.CheckpointActivations = Recipe.Compute.CheckpointActivations;
        var trainer = new Trainer(models, section.ToOptions(Recipe.Compute.CheckpointMinutes), Run, Progress, Collective);
        var figures = trainer.Run(stage, Shared.Resume, Cancellation);
        var checkpoint = trainer.Save(stage.Name, section.Steps, figures.TryGetValue("held_out_loss", out var loss) ? loss : null);
        if (Run is not null)
            FinishedModel.Write(Run, stage.Name, models[0].Network, Tokenizer, checkpoint!, AdapterBase);
        models[0].Network.Merge();
        Progress.StageFinished(stage.Name, figures);
        return figures;
    }
}
