using Mindwright.Runs;
using Mindwright.Runs.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindwright.Cli.Display;

/// <summary>
/// Progress drawn in place at the bottom of the terminal, several times a second; samples, messages and finished stages scroll by above.
/// </summary>
/// <remarks>The stage's thread only leaves its news here; another thread draws, so that drawing costs the stage nothing.</remarks>
internal sealed class LiveDisplay : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly List<string> _above = [];
    private readonly Task _drawing;
    private StageProgress? _progress;
    private long _lastSample;

    public LiveDisplay(IAnsiConsole console, TimeProvider clock)
    {
        (_console, _clock) = (console, clock);
        _drawing = Task.Factory.StartNew(Draw, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public void StageStarted(StageInfo stage)
    {
        lock (_lock)
            _progress = new StageProgress(stage);
    }

    /// <inheritdoc/>
    public void Step(StepInfo step)
    {
        lock (_lock)
            _progress?.Add(step);
    }

    /// <inheritdoc/>
    public void Sample(string stage, string text)
    {
        lock (_lock)
        {
            if (_lastSample != 0 && _clock.GetElapsedTime(_lastSample) < SampleInterval)
                return;
            _lastSample = _clock.GetTimestamp();
            _above.Add($"[dim]  “{Markup.Escape(text.ReplaceLineEndings(" ⏎ "))}”[/]");
        }
    }

    /// <inheritdoc/>
    public void Message(string text)
    {
        lock (_lock)
            _above.Add($"  {Markup.Escape(text)}");
    }

    /// <inheritdoc/>
    public void StageFinished(string stage, IReadOnlyDictionary<string, double> figures)
    {
        lock (_lock)
        {
            var time = _progress?.Latest is { } step ? $" [dim]{Figure.Time(step.Elapsed)}[/]" : "";
            _above.Add($"[green]✓[/] [bold]{Markup.Escape(stage)}[/]{time}  {Markup.Escape(Figure.Line(figures))}");
            _progress = null;
        }
    }

    /// <summary>Draws what is still outstanding and gives the terminal back.</summary>
    public void Dispose()
    {
        _end.Set();
        _drawing.GetAwaiter().GetResult();
        _end.Dispose();
    }

    private void Draw() =>
        _console.Live(Text.Empty).AutoClear(true).Start(live =>
        {
            for (var last = false; !last;)
            {
                last = _end.Wait(Interval);
                string[] lines;
                IRenderable picture;
                lock (_lock)
                {
                    lines = [.. _above];
                    _above.Clear();
                    picture = _progress is null ? Text.Empty : Picture(_progress);
                }
                foreach (var line in lines)
                    _console.MarkupLine(line);
                live.UpdateTarget(picture);
            }
        });

    private Rows Picture(StageProgress progress)
    {
        var stage = progress.Stage;
        var rows = new List<IRenderable>
        {
            new Markup($"[bold]{stage.Number}/{stage.Of} {Markup.Escape(stage.Name)}[/]  {Bar(progress.Share, stage.Total > 0)}{Markup.Escape(progress.Position)}"),
            new Text("  " + progress.Facts),
        };
        if (progress.Curve.Count > 1)
        {
            var width = Math.Max(10, Math.Min(80, _console.Profile.Width - stage.Curve.Length - 6));
            rows.Add(new Markup($"  [dim]{Markup.Escape(stage.Curve)}[/] [aqua]{Sparkline.Draw(progress.Curve, width)}[/]"));
        }
        return new Rows(rows);
    }

    private static string Bar(double share, bool known)
    {
        const int Width = 24;
        if (!known)
            return "";
        var filled = (int)Math.Round(share * Width);
        return $"[aqua]{new string('━', filled)}[/][grey]{new string('━', Width - filled)}[/] {(int)(share * 100),3}%  ";
    }
}
