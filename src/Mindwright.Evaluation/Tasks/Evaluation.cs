using System.Globalization;
using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tasks;

/// <summary>What came of several tasks.</summary>
/// <param name="Model">Hash of the model.</param>
/// <param name="Core">Mean centered score of the CORE tasks that were run, with an interval; null if none was.</param>
/// <param name="Tasks">Results.</param>
/// <param name="Skipped">Tasks that could not be run, with the reason.</param>
public sealed record EvaluationResults(
    string Model, Interval? Core, IReadOnlyList<TaskResult> Tasks, IReadOnlyDictionary<string, string> Skipped)
{
    // Nine lengths of the needle task at five depths.
    private const int MostParts = 45;

    /// <summary>Checks minimums, such as <c>arc_easy=0.3</c>: a task's main measure, or <c>core</c>.</summary>
    /// <exception cref="QualityGateException">One is missed; the message names all that are.</exception>
    /// <exception cref="ArgumentException">A minimum is for a task that was not run.</exception>
    public void Require(IReadOnlyDictionary<string, double> minimums)
    {
        var missed = new List<string>();
        foreach (var (name, minimum) in minimums)
        {
            var score = name == "core" ? Core?.Estimate : Tasks.FirstOrDefault(task => task.Task == name)?.Main.Value.Estimate;
            if (score is null)
                throw new ArgumentException($"There is a minimum for {name}, which was not evaluated.", nameof(minimums));
            if (!(score >= minimum))
                missed.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {score:0.####}, at least {minimum} was demanded"));
        }
        if (missed.Count > 0)
            throw new QualityGateException(string.Join("; ", missed));
    }

    /// <summary>The results as a part of a report: a table, bars, and what could not be run.</summary>
    public ReportSection ToSection()
    {
        var blocks = new List<ReportBlock>();
        if (Core is { } core)
            blocks.Add(new Paragraph(
                $"CORE, the mean score centered so that guessing gives 0: {Figure.WithInterval(core)}, over {Tasks.Count(task => task.Centered is not null)} of its 22 tasks."));
        if (Tasks.Count > 0)
        {
            blocks.Add(new Table("Scores with 95 % intervals", ["Task", "Measure", "Score", "Interval", "Guessing", "Items"],
            [
                .. Tasks.Select(task => (IReadOnlyList<string>)
                [
                    task.Task,
                    task.Main.Name,
                    Score(task.Main),
                    Bounds(task.Main),
                    task.Main.Chance is { } chance ? Figure.Significant(chance) : "",
                    task.Main.Items.ToString(CultureInfo.InvariantCulture),
                ]),
            ]));
            var shares = Tasks.Where(task => task.Main.IsShare).ToArray();
            if (shares.Length > 0)
                blocks.Add(new BarChart(
                    "Right answers", "%", ["score"],
                    [.. shares.Select(task => new BarGroup(task.Task, [task.Main.Value.Scale(100)], task.Main.Chance * 100))], Max: 100,
                    Note: "Where the interval covers the dotted mark, the score cannot be distinguished from guessing."));
        }
        // Of the tasks with very many parts, evaluation.json has them.
        foreach (var task in Tasks.Where(task => task.Groups.Count is > 1 and <= MostParts))
        {
            blocks.Add(new Table($"{task.Task} by part", ["Part", "Score", "Interval", "Items"],
            [
                .. task.Groups.Select(part => (IReadOnlyList<string>)
                [
                    part.Key.Trim(),
                    Score(part.Value),
                    Bounds(part.Value),
                    part.Value.Items.ToString(CultureInfo.InvariantCulture),
                ]),
            ]));
        }
        if (Tasks.Any(task => task.Failed > 0))
            blocks.Add(new Table("Items that could not be graded, and count neither as right nor as wrong", ["Task", "Items", "Why, of the first"],
            [
                .. Tasks.Where(task => task.Failed > 0).Select(task => (IReadOnlyList<string>)
                    [task.Task, task.Failed.ToString(CultureInfo.InvariantCulture), task.Failure ?? ""]),
            ]));
        if (Skipped.Count > 0)
            blocks.Add(new Table("Not evaluated", ["Task", "Why"], [.. Skipped.Select(skipped => (IReadOnlyList<string>)[skipped.Key, skipped.Value])]));
        return new("Evaluation", blocks);
    }

    /// <summary>A number only where it shows skill: one that guessing would reach as well looks like more than it is.</summary>
    private static string Score(Measure measure) => measure.Verdict.Length > 0 ? measure.Verdict : Figure.Significant(measure.Value.Estimate);

    private static string Bounds(Measure measure) => $"{Figure.Significant(measure.Value.Low)} to {Figure.Significant(measure.Value.High)}";
}

/// <summary>Runs a list of tasks.</summary>
public static class EvaluationSuite
{
    /// <summary>Runs tasks one after the other.</summary>
    /// <param name="names">Names of tasks, or files.</param>
    /// <param name="catalog">Where their data lie.</param>
    /// <param name="model">The model.</param>
    /// <param name="embeddings">Its word vectors, for the tasks about words; null leaves them out.</param>
    /// <param name="settings">How they are run.</param>
    /// <param name="limit">The most items of each task.</param>
    /// <param name="cacheFolder">Where item results are kept between runs; null keeps none.</param>
    /// <param name="skipMissing">Whether a task without data is skipped, as in a suite, or an error, as when it was named explicitly.</param>
    /// <param name="progress">Receives the task and its numbers of items done and to do.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static EvaluationResults Run(
        IReadOnlyList<string> names, TaskCatalog catalog, TextModel model, IWordEmbeddings? embeddings, TaskSettings settings, int? limit,
        string? cacheFolder, bool skipMissing, Action<string, int, int>? progress = null, CancellationToken cancellation = default)
    {
        var runner = new EvaluationRunner(model, cacheFolder);
        var results = new List<TaskResult>();
        var skipped = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            try
            {
                results.Add(TaskCatalog.WordTasks.TryGetValue(name, out var file)
                    ? RunOnWords(name, catalog.Find(file), embeddings, limit, cancellation)
                    : runner.Run(catalog.Create(name, model, settings), limit, (done, of) => progress?.Invoke(name, done, of), cancellation) with { Task = name });
            }
            catch (Exception e) when (skipMissing && e is (FileNotFoundException or NotSupportedException or GradingException))
            {
                skipped[name] = e.Message;
            }
        }
        return new(model.Hash, Core(results), results, skipped);
    }

    private static TaskResult RunOnWords(string name, string path, IWordEmbeddings? embeddings, int? limit, CancellationToken cancellation)
    {
        var vectors = embeddings ?? throw new NotSupportedException($"{name} needs word vectors, which this model does not offer.");
        var result = name == "analogies"
            ? EmbeddingTasks.Analogies(vectors, path, limit, cancellation)
            : EmbeddingTasks.Similarity(vectors, path);
        return result is null
            ? throw new NotSupportedException($"{name}: too few of its words are single tokens of this vocabulary.")
            : result with { Task = name };
    }

    /// <summary>The mean of the centered scores; its interval adds their variances, the tasks being independent.</summary>
    private static Interval? Core(List<TaskResult> results)
    {
        var centered = results.Select(result => result.Centered).OfType<Interval>().ToArray();
        if (centered.Length == 0)
            return null;
        var mean = centered.Average(score => score.Estimate);
        var low = Math.Sqrt(centered.Sum(score => Math.Pow(score.Estimate - score.Low, 2))) / centered.Length;
        var high = Math.Sqrt(centered.Sum(score => Math.Pow(score.High - score.Estimate, 2))) / centered.Length;
        return new(mean, mean - low, mean + high);
    }
}
