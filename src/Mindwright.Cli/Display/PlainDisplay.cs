using Mindwright.Runs;
using Mindwright.Runs.Report;

namespace Mindwright.Cli.Display;

/// <summary>Progress as plain lines, one every ten seconds at most: for pipes, logs and terminals without colors.</summary>
/// <param name="write">Takes a line.</param>
/// <param name="clock">Tells when the next line is due.</param>
internal sealed class PlainDisplay(Action<string> write, TimeProvider clock) : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private StageProgress? _progress;
    private long _lastLine;

    /// <inheritdoc/>
    public void StageStarted(StageInfo stage)
    {
        _progress = new StageProgress(stage);
        _lastLine = clock.GetTimestamp();
        write($"[{stage.Number}/{stage.Of}] {stage.Name}");
    }

    /// <inheritdoc/>
    public void Step(StepInfo step)
    {
        if (_progress is null)
            return;
        _progress.Add(step);
        if (clock.GetElapsedTime(_lastLine) < Interval)
            return;
        _lastLine = clock.GetTimestamp();
        write($"  {_progress.Stage.Name} {_progress.Position} · {_progress.Facts}");
    }

    /// <inheritdoc/>
    public void Sample(string stage, string text) => write($"  {stage} sample: {text.ReplaceLineEndings(" ⏎ ")}");

    /// <inheritdoc/>
    public void Message(string text) => write($"  {text}");

    /// <inheritdoc/>
    public void StageFinished(string stage, IReadOnlyDictionary<string, double> figures)
    {
        var time = _progress?.Latest is { } step ? $" in {Figure.Time(step.Elapsed)}" : "";
        write($"  {stage} done{time}{(figures.Count > 0 ? ": " : "")}{Figure.Line(figures)}");
        _progress = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
