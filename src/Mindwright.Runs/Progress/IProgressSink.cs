namespace Mindwright.Runs;

/// <summary>
/// Receives the progress of a stage: a live display, plain lines, a file, or nothing (<see cref="SilentProgress"/>).
/// </summary>
/// <remarks>
/// A sink never changes what a stage computes, and it does not throw for what is reported to it. Calls come from one thread at a time. Stages
/// report every step; the sink decides how often to draw.
/// </remarks>
public interface IProgressSink
{
    /// <summary>A stage begins; its steps, samples and messages follow until <see cref="StageFinished"/>.</summary>
    void StageStarted(StageInfo stage);

    /// <summary>A step of the current stage was done.</summary>
    void Step(StepInfo step);

    /// <summary>Text that the model generated at this point.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="text">The text, of one line or more.</param>
    void Sample(string stage, string text);

    /// <summary>A message for people, in one line.</summary>
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
/// <param name="Total">The last <see cref="StepInfo.Step"/>; 0 where it is not known.</param>
/// <param name="Unit">What <see cref="StepInfo.Step"/> counts: <c>steps</c>, <c>tokens</c>, <c>merges</c>.</param>
/// <param name="Curve">The metric whose curve to show: <c>loss</c>, or a key of <see cref="StepInfo.Metrics"/> (<c>reward</c>).</param>
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

    /// <summary>Recent tokens trained on per second of wall time.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Time that the stage still needs, where the share of steps done is a worse estimate (as with a time budget).</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Further metrics, by snake_case name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}

/// <summary>A sink that ignores everything.</summary>
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
