using Mindwright.Evaluation.Tasks;

namespace Mindwright.Workbench.Evaluation;

/// <summary>What to measure of a model, and how.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Names of tasks, or files in one of the known formats; see <see cref="TasksOf"/>.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The folder below which the tasks' files lie; see <see cref="EvaluationData.Find"/>.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whether a task without data is skipped and named, as in a suite, or an error.</summary>
    public bool SkipMissing { get; init; }

    /// <summary>The most items of each task; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether questions are put as text to go on from even to a model that converses.</summary>
    public bool Plain { get; init; }

    /// <summary>How tasks are run that leave a choice.</summary>
    public TaskSettings Settings { get; init; } = new();

    /// <summary>The folder for results and report; the run that the model belongs to if null, and nowhere if it belongs to none.</summary>
    public string? Output { get; init; }

    /// <summary>The names of what is to be measured: a suite's tasks, more tasks, and bits per byte where there is text to measure them on.</summary>
    /// <param name="suite">The suite; null for none.</param>
    /// <param name="tasks">Names of tasks or files.</param>
    /// <param name="measuresText">Whether there is text.</param>
    /// <exception cref="ArgumentException">There is no such suite.</exception>
    public static IReadOnlyList<string> TasksOf(string? suite, IEnumerable<string> tasks, bool measuresText)
    {
        IEnumerable<string> names = [.. suite is null ? [] : TaskCatalog.TasksOf(suite), .. tasks];
        return [.. (measuresText ? names.Append(TaskCatalog.BitsPerByte) : names).Distinct()];
    }
}
