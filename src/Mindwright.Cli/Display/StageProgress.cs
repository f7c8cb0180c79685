using Mindwright.Runs;
using Mindwright.Runs.Report;

namespace Mindwright.Cli.Display;

/// <summary>How far one stage has come: what both displays draw.</summary>
/// <param name="stage">The stage.</param>
internal sealed class StageProgress(StageInfo stage)
{
    // Long stages have more steps than a curve has columns; beyond this many points every second one is dropped.
    private const int MaxPoints = 1024;

    private readonly List<double> _curve = [];
    private long _steps;
    private int _stride = 1;

    /// <summary>The stage.</summary>
    public StageInfo Stage { get; } = stage;

    /// <summary>The latest step; null before the first.</summary>
    public StepInfo? Latest { get; private set; }

    /// <summary>The curve of <see cref="StageInfo.Curve"/> so far, thinned evenly.</summary>
    public IReadOnlyList<double> Curve => _curve;

    /// <summary>The share of the stage that is done, in [0, 1]; 0 where the total isn't known.</summary>
    public double Share => Latest is { } step && Stage.Total > 0 ? Math.Clamp((double)step.Step / Stage.Total, 0, 1) : 0;

    /// <summary>Time that the stage still needs: its own estimate, else by the share of steps done; null while nothing is known.</summary>
    public TimeSpan? Remaining => Latest switch
    {
        null => null,
        { Remaining: { } own } => own,
        { } step => Share > 0 ? step.Elapsed * ((1 - Share) / Share) : null,
    };

    /// <summary>How many steps are done: <c>120 / 2,000 steps</c>.</summary>
    public string Position => Latest switch
    {
        null => "starting",
        { Step: var step } when Stage.Total > 0 => $"{Figure.Count(step)} / {Figure.Count(Stage.Total)} {Stage.Unit}",
        { Step: var step } => $"{Figure.Count(step)} {Stage.Unit}",
    };

    /// <summary>What the latest step tells, on one line: <c>loss 1.834 · lr 0.003 · 5,120 tokens/s · 42s · 1m 05s left</c>.</summary>
    public string Facts => string.Join(" · ", FactsOf(Latest));

    /// <summary>Takes in a step.</summary>
    public void Add(StepInfo step)
    {
        Latest = step;
        if (Value(step) is { } value && _steps++ % _stride == 0)
            _curve.Add(value);
        if (_curve.Count < MaxPoints)
            return;
        for (var i = 0; i < MaxPoints / 2; i++)
            _curve[i] = _curve[2 * i];
        _curve.RemoveRange(MaxPoints / 2, MaxPoints - MaxPoints / 2);
        _stride *= 2;
    }

    private IEnumerable<string> FactsOf(StepInfo? step)
    {
        if (step is null)
            yield break;
        if (step.Loss is { } loss)
            yield return $"loss {Figure.Number(loss)}";
        if (step.Metrics.Count > 0)
            yield return Figure.Line(step.Metrics);
        if (step.LearningRate is { } rate)
            yield return $"lr {Figure.Number(rate)}";
        if (step.TokensPerSecond is { } speed)
            yield return $"{Figure.Number(speed)} tokens/s";
        yield return Figure.Time(step.Elapsed);
        if (Remaining is { } left)
            yield return $"{Figure.Time(left)} left";
    }

    private double? Value(StepInfo step) =>
        Stage.Curve == "loss" ? step.Loss
        : step.Metrics.TryGetValue(Stage.Curve, out var value) ? value
        : null;
}
