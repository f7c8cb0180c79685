using System.Globalization;
using Mindwright.Evaluation.Tasks;

namespace Mindwright.Workbench.Evaluation;

/// <summary>Minimums that an evaluation is held to (<see cref="EvaluationResults.Require"/>), as a person writes them.</summary>
public static class QualityGates
{
    private const string Core = "core";

    /// <summary>Reads minimums.</summary>
    /// <param name="texts">
    /// <c>task=value</c> each. A task is meant by its name, by the end of its name after the suite (<c>arc_easy</c> of <c>core/arc_easy</c>),
    /// or it is <c>core</c>, the mean of that suite.
    /// </param>
    /// <param name="tasks">The full names of the tasks to evaluate.</param>
    /// <returns>The minimums by the full names.</returns>
    /// <exception cref="FormatException">One is not written so, or its task is not among the tasks; the message begins with it.</exception>
    public static IReadOnlyDictionary<string, double> Parse(IEnumerable<string> texts, IReadOnlyList<string> tasks)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tasks);
        var minimums = new Dictionary<string, double>();
        foreach (var text in texts)
        {
            if (text.Split('=') is not [var task, var value] || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minimum) || !double.IsFinite(minimum))
                throw new FormatException($"{text}: a minimum is written task=value, such as arc_easy=0.3");
            minimums[NameOf(task, tasks)] = minimum;
        }
        return minimums;
    }

    private static string NameOf(string task, IReadOnlyList<string> tasks)
    {
        if (tasks.Contains(task) || (task == Core && tasks.Any(name => name.StartsWith(Core + "/", StringComparison.Ordinal))))
            return task;
        return tasks.Where(name => name.EndsWith('/' + task)).ToArray() is [var only]
            ? only
            : throw new FormatException($"{task}: this task is not among those to evaluate, {string.Join(", ", tasks)}");
    }
}
