using Mindwright.Evaluation.Statistics;
using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tasks;

/// <summary>A set of items that a model is rated on, one by one.</summary>
/// <remarks>Whatever changes a result but is not in <see cref="Name"/> belongs into <see cref="Definition"/>: results are cached by it.</remarks>
public abstract class EvaluationTask
{
    /// <summary>Name on the command line and in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The measure by which the task is quoted and gated.</summary>
    public abstract string MainMeasure { get; }

    /// <summary>Number of items.</summary>
    public abstract int Count { get; }

    /// <summary>Everything that the results depend on apart from the model: the data's hash, prompts, shots, seeds.</summary>
    public abstract string Definition { get; }

    /// <summary>Rates some items.</summary>
    /// <param name="model">The model.</param>
    /// <param name="items">Indices of the items.</param>
    /// <param name="cancellation">Stops between passes through the model.</param>
    /// <returns>One result an item, in their order.</returns>
    public abstract IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation);

    /// <summary>What the results of all items come to: by default the mean of each value, with an interval.</summary>
    public virtual IReadOnlyList<Measure> Summarize(IReadOnlyList<ItemResult> results) =>
        [.. MeasureNames(results).Select(name => Measure.Mean(name, results, chance: name == MainMeasure ? Chance(results) : null))];

    /// <summary>What guessing would score on these items by the main measure, in [0, 1]; null where guessing is hopeless.</summary>
    protected virtual double? Chance(IReadOnlyList<ItemResult> results) => null;

    /// <summary>The names of the values, the main measure first.</summary>
    protected IEnumerable<string> MeasureNames(IReadOnlyList<ItemResult> results) =>
        results.SelectMany(result => result.Values.Keys).Distinct().OrderBy(name => name == MainMeasure ? 0 : 1);
}

/// <summary>How a model did on one item.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Values">Value of each measure; 0 or 1 for right or wrong.</param>
/// <param name="Group">A part of the task that is reported by itself, such as a subject or a paradigm.</param>
/// <param name="Failure">Why a grader failed, so that its values are not there; null where none did.</param>
public sealed record ItemResult(int Item, IReadOnlyDictionary<string, double> Values, string? Group = null, string? Failure = null);

/// <summary>A number about a model, with its uncertainty.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">The estimate with its 95 % interval.</param>
/// <param name="Items">How many items it comes from.</param>
/// <param name="Chance">What guessing, or always giving the commonest answer, would score.</param>
/// <param name="StandardError">Standard error of the estimate; √(p(1 − p)/n) for proportions.</param>
/// <param name="IsShare">Whether it is a share of items, from 0 to 1.</param>
public sealed record Measure(string Name, Interval Value, int Items, double? Chance = null, double? StandardError = null, bool IsShare = true)
{
    private const int Seed = 20;

    /// <summary>
    /// "chance" where the interval covers what guessing would score, "below chance" where it lies below, and nothing where
    /// the model shows skill or guessing is hopeless anyway.
    /// </summary>
    public string Verdict => Chance is not { } chance || Value.Low > chance ? "" : Value.High < chance ? "below chance" : "chance";

    /// <summary>
    /// The mean of one value over items: Wilson's interval where every value is 0 or 1, else by bootstrap.
    /// </summary>
    public static Measure Mean(string name, IReadOnlyList<ItemResult> results, double? chance = null)
    {
        var values = results.Where(result => result.Values.ContainsKey(name)).Select(result => result.Values[name]).ToArray();
        if (values.All(value => value is 0 or 1))
        {
            var right = values.Count(value => value == 1);
            return new(
                name, Proportion.Wilson(right, values.Length), values.Length, chance,
                Proportion.StandardError((double)right / values.Length, values.Length));
        }
        return new(name, Bootstrap.Mean(values, Seed), values.Length, chance, Sample.StandardError(values));
    }
}

/// <summary>What came of one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Main">Its main measure.</param>
/// <param name="Measures">All measures.</param>
/// <param name="Groups">The main measure of each part, by name.</param>
/// <param name="Centered">(score − baseline)/(1 − baseline), where the suite defines a baseline for the task.</param>
/// <param name="Failed">Items that a grader failed at; they count neither as right nor as wrong.</param>
/// <param name="Failure">Why, of the first of them; null where there are none.</param>
public sealed record TaskResult(
    string Task, Measure Main, IReadOnlyList<Measure> Measures, IReadOnlyDictionary<string, Measure> Groups, Interval? Centered = null, int Failed = 0,
    string? Failure = null);
