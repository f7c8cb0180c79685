using System.Text;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// Multiple choice by log-likelihood, as the field's harnesses score it: <c>acc</c> takes the continuation with the highest summed
/// log-probability, <c>acc_norm</c> divides it by the continuation's characters, <c>acc_bytes</c> by its UTF-8 bytes
/// (Gao 2021, "Multiple Choice Normalization in LM Evaluation").
/// </summary>
public sealed class ChoiceTask : EvaluationTask
{
    private readonly ChoiceItem[] _items;
    private readonly string _definition;

    /// <summary>Makes a task.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mainMeasure">One of acc, acc_norm, acc_bytes.</param>
    /// <param name="items">The questions.</param>
    /// <param name="definition">Names data and prompts, for the cache.</param>
    public ChoiceTask(string name, string mainMeasure, IReadOnlyList<ChoiceItem> items, string definition) =>
        (Name, MainMeasure, _items, _definition) = (name, mainMeasure, [.. items], definition);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string MainMeasure { get; }

    /// <inheritdoc/>
    public override int Count => _items.Length;

    /// <inheritdoc/>
    public override string Definition => $"choice {_definition}";

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        var scores = model.Score([.. items.SelectMany(item => _items[item].Options
            .Select(option => model.After(option.Context, option.Continuation)))]);
        var results = new ItemResult[items.Count];
        var next = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var item = _items[items[i]];
            var own = scores.AsSpan(next, item.Options.Count).ToArray();
            next += own.Length;
            double Right(Func<string, int> length)
            {
                var rates = own.Select((score, option) => score.LogProb / length(item.Options[option].Continuation.Trim())).ToArray();
                return Array.IndexOf(rates, rates.Max()) == item.Gold ? 1 : 0;
            }
            results[i] = new(
                items[i],
                new Dictionary<string, double>
                {
                    ["acc"] = Right(_ => 1),
                    ["acc_norm"] = Right(text => Math.Max(1, text.EnumerateRunes().Count())),
                    ["acc_bytes"] = Right(text => Math.Max(1, Encoding.UTF8.GetByteCount(text))),
                },
                item.Group);
        }
        return results;
    }

    /// <inheritdoc/>
    protected override double? Chance(IReadOnlyList<ItemResult> results) => results.Average(result => 1.0 / _items[result.Item].Options.Count);
}

/// <summary>A question with several options, of which one is right.</summary>
/// <param name="Options">Contexts with their continuations; one of both is usually the same in all.</param>
/// <param name="Gold">Index of the right option.</param>
/// <param name="Group">A part of the task, such as a subject.</param>
public sealed record ChoiceItem(IReadOnlyList<(string Context, string Continuation)> Options, int Gold, string? Group = null);
