using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages;

/// <summary>What a stage begins with.</summary>
public enum StageStart
{
    /// <summary>The run's text: the stage makes the model, and the run learns a vocabulary from that text.</summary>
    Text,

    /// <summary>A model: that of the stage before, or one that was trained elsewhere, with its tokenizer.</summary>
    Model,
}

/// <summary>
/// A stage of the way from text to a chat that thinks, as the pipeline, the command line, the report and the recipe know it. All stages stand
/// in <see cref="StageList"/>; write one by <see cref="StageDefinition{TSection, TResult}"/>.
/// </summary>
public interface IStageDefinition
{
    /// <summary>Its name in commands, recipes (its section), metrics, checkpoints and results: lower-case letters, digits and hyphens.</summary>
    string Name { get; }

    /// <summary>What a person calls it, in lower case, such as <c>fine-tuning</c>.</summary>
    string Title { get; }

    /// <summary>What it does, as a line of help.</summary>
    string Description { get; }

    /// <summary>The recipe's section: a <see cref="StageSection"/> with a parameterless constructor.</summary>
    Type Section { get; }

    /// <summary>What it reached: a record that serializes to JSON, kept under the stage's name.</summary>
    Type Result { get; }

    /// <summary>What it begins with.</summary>
    StageStart Start { get; }

    /// <summary>Whether what comes out of it can be chatted with.</summary>
    bool TeachesConversation { get; }

    /// <summary>Whether its training loss falls as a power of the steps, so that a curve through its first part foretells its end.</summary>
    bool FollowsPowerLaw { get; }

    /// <summary>Does it all: measures, trains, and measures again.</summary>
    /// <returns>What it reached, of the type <see cref="Result"/>.</returns>
    object Run(StageContext context);

    /// <summary>Says what it did and reached, for somebody who was not there.</summary>
    StageReport Report(StageRecord record);

    /// <summary>Floating-point operations of its training steps and of what it sampled; measuring left out.</summary>
    double Flops(StageRecord record);
}

/// <summary>A stage with a section and a result of given types.</summary>
/// <typeparam name="TSection">The recipe's section.</typeparam>
/// <typeparam name="TResult">What the stage reached.</typeparam>
public abstract class StageDefinition<TSection, TResult> : IStageDefinition
    where TSection : StageSection, new()
    where TResult : class
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Title { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public Type Section => typeof(TSection);

    /// <inheritdoc/>
    public Type Result => typeof(TResult);

    /// <inheritdoc/>
    public virtual StageStart Start => StageStart.Model;

    /// <inheritdoc/>
    public virtual bool TeachesConversation => Start == StageStart.Model;

    /// <inheritdoc/>
    public virtual bool FollowsPowerLaw => false;

    /// <inheritdoc cref="IStageDefinition.Run"/>
    protected abstract TResult Run(StageContext context, TSection section);

    /// <inheritdoc cref="IStageDefinition.Report"/>
    protected abstract StageReport Report(StageRecord record, TSection section, TResult result);

    /// <inheritdoc cref="IStageDefinition.Flops"/>
    protected abstract double Flops(StageRecord record, TSection section, TResult result);

    object IStageDefinition.Run(StageContext context) => Run(context, context.Recipe.Stage<TSection>());

    StageReport IStageDefinition.Report(StageRecord record) => Report(record, record.Recipe.Stage<TSection>(), (TResult)record.Result);

    double IStageDefinition.Flops(StageRecord record) => Flops(record, record.Recipe.Stage<TSection>(), (TResult)record.Result);
}
