using System.Diagnostics;
using Mindwright.Runs;

namespace Mindwright.Workbench.Evaluation;

/// <summary>Shows every task of an evaluation as a stage.</summary>
/// <param name="sink">Receives progress.</param>
/// <param name="tasks">The tasks, in order.</param>
internal sealed class EvaluationProgress(IProgressSink sink, IReadOnlyList<string> tasks)
{
    private readonly Stopwatch _watch = new();
    private string? _task;

    /// <summary>Takes in how many items of a task are done.</summary>
    public void Tell(string task, int done, int of)
    {
        if (task != _task)
        {
            _task = task;
            _watch.Restart();
            sink.StageStarted(new(task, tasks.Index().First(named => named.Item == task).Index + 1, tasks.Count, of, "items"));
        }
        sink.Step(new(done, _watch.Elapsed));
        if (done == of)
            sink.StageFinished(task, new Dictionary<string, double>());
    }
}
