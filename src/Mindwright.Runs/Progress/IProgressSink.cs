namespace Mindwright.Runs;

/// <summary>
/// Where a stage reports how it is getting on: a live display, plain lines, a file, or nobody (<see cref="SilentProgress"/>).
/// </summary>
/// <remarks>
/// A sink only looks: it never changes what a stage computes, and it doesn't throw for what it is told.
/// Calls come from one thread at a time. Reporting every step is right; how often something is drawn is the sink's business.
/// </remarks>
public interface IProgressSink
{
    /// <summary>A stage begins; its steps, samples and messages follow until <see cref="StageFinished"/>.</summary>
    void StageStarted(StageInfo stage);

    /// <summary>A step of the current stage was done.</summary>
    void Step(StepInfo step);

    /// <summary>Text that the model of this moment wrote.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="text">The text, of one line or more.</param>
    void Sample(string stage, string text);

    /// <summary>Something that a person should know now, in one line.</summary>
    void Message(string text);

    /// <summary>A stage is done.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="figures">What was measured, by snake_case name, with the unit in the name where it has one (<c>bits_per_byte</c>).</param>
    void StageFinished(string stage, IReadOnlyDictionary<string, double> figures);
}

/// <summary>A stage that begins.</summary>
/// <param name="Name">Its name, in lower case: <c>tokenizer</c>, <c>pretrain</c>, <c>sft</c>, <c>reason</c>.</param>
/// <param name="Number">Its place in the run, from 1.</param>
/// <param name="Of">Stages in the run.</param>
/// <param name="Total">How far <see cref="StepInfo.Step"/> will count; 0 where that isn't known.</param>
/// <param name="Unit">What <see cref="StepInfo.Step"/> counts: <c>steps</c>, <c>tokens</c>, <c>merges</c>.</param>
/// <param name="Curve">The metric whose curve is worth seeing: <c>loss</c>, or a key of <see cref="StepInfo.Metrics"/> (<c>reward</c>).</param>
public sealed record StageInfo(string Name, int Number, int Of, long Total, string Unit = "steps", string Curve = "loss");

/// <summary>One step of a stage.</summary>
/// <param name="Step">Steps (in the unit of <see cref="StageInfo.Unit"/>) done so far, this one included.</param>
/// <param name="Elapsed">Time since the stage began.</param>
public sealed record StepInfo(long Step, TimeSpan Elapsed)
{
    /// <summary>The step's loss, in nats per token for the language-model stages; null where a stage has none.</summary>
    public double? Loss { get; init; }

    /// <summary>The learning rate that the step used.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Tokens trained on per second of wall time, lately.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Time that the stage still needs, if the stage knows better than the share of steps done tells (a time budget).</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>What else the stage measures, by snake_case name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}

/// <summary>The sink that nobody looks at.</summary>
public sealed class SilentProgress : IProgressSink
{
    /// <summary>The one instance: it has no state.</summary>
    public static SilentProgress Instance { get; } = new();

    private SilentProgress()
    {
    }

    /// <inheritdoc/>
    public void StageStarted(StageInfo stage)
    {
    }

    /// <inheritdoc/>
    public void Step(StepInfo step)
    {
    }

    /// <inheritdoc/>
    public void Sample(string stage, string text)
    {
    }

    /// <inheritdoc/>
    public void Message(string text)
    {
    }

    /// <inheritdoc/>
    public void StageFinished(string stage, IReadOnlyDictionary<string, double> figures)
    {
    }
}
