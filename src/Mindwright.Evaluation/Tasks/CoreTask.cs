using System.Text.Json;
using Mindwright.Inference;
using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tasks;

/// <summary>The three kinds of CORE tasks.</summary>
internal enum CoreKind
{
    /// <summary>One context, several continuations: <c>{query, choices, gold}</c>.</summary>
    MultipleChoice,

    /// <summary>Several contexts, one continuation: <c>{context_options, continuation, gold}</c>.</summary>
    Schema,

    /// <summary>One continuation that greedy decoding has to hit: <c>{context, continuation}</c>.</summary>
    LanguageModeling,
}

/// <summary>
/// A task of the CORE score (Li et al. 2024, "DataComp-LM", arXiv:2406.11794), prompted and scored as nanochat does: the choice
/// with the lowest mean loss over the tokens in which the options differ; few-shot examples drawn for each item by its own seed.
/// </summary>
internal sealed class CoreTask : EvaluationTask
{
    private const int ShotSeed = 1234;

    private readonly CoreDefinition _definition;
    private readonly JsonElement[] _items;
    private readonly string _hash;

    /// <summary>Reads the task's items.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds items of another kind.</exception>
    public CoreTask(CoreDefinition definition, string path)
    {
        var file = DataFile.Read(path);
        (_definition, _hash) = (definition, file.Hash);
        _items = file.Select(item => Options(item) is { Length: > 0 } ? item : throw new InvalidOperationException("no options"));
    }

    /// <inheritdoc/>
    public override string Name => _definition.Name;

    /// <inheritdoc/>
    public override string MainMeasure => "acc";

    /// <inheritdoc/>
    public override int Count => _items.Length;

    /// <inheritdoc/>
    public override string Definition => $"core {_definition} {_hash}";

    /// <summary>(score − baseline)/(1 − baseline): 0 for a model that guesses, 1 for one that is always right.</summary>
    public Interval Center(Interval score) => score.Scale(1 / (1 - _definition.Baseline), -_definition.Baseline / (1 - _definition.Baseline));

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        var requests = items.Select(item => Requests(model, item)).ToArray();
        var scores = model.Score([.. requests.SelectMany(request => request)]);
        var results = new ItemResult[items.Count];
        var next = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var own = scores.AsSpan(next, requests[i].Length);
            next += own.Length;
            results[i] = new(items[i], new Dictionary<string, double> { ["acc"] = IsRight(_items[items[i]], own) ? 1 : 0 });
        }
        return results;
    }

    /// <inheritdoc/>
    /// <remarks>The larger of guessing and the suite's baseline, which for unbalanced answers is that of the commonest one.</remarks>
    protected override double? Chance(IReadOnlyList<ItemResult> results) => _definition.Kind == CoreKind.LanguageModeling
        ? null
        : Math.Max(_definition.Baseline, results.Average(result => 1.0 / Options(_items[result.Item]).Length));

    /// <summary>The full texts of an item's options, after few-shot examples.</summary>
    internal string[] Prompts(int item)
    {
        var others = Enumerable.Range(0, _items.Length).Where(i => i != item).ToArray();
        new Random(ShotSeed + item).Shuffle(others);
        var shots = string.Concat(others.Take(_definition.Shots).Select(other => Solved(_items[other]) + "\n\n"));
        return [.. Options(_items[item]).Select(option => shots + option)];
    }

    private bool IsRight(JsonElement item, ReadOnlySpan<ContinuationScore> scores)
    {
        if (_definition.Kind == CoreKind.LanguageModeling)
            return scores[0].IsGreedy;
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (Mean(scores[i]) > Mean(scores[best]))
                best = i;
        return best == item.Int("gold");

        static double Mean(ContinuationScore score) => score.LogProb / Math.Max(1, score.Tokens);
    }

    private ContinuationRequest[] Requests(TextModel model, int item)
    {
        var prompts = Prompts(item);
        if (_definition.Kind == CoreKind.LanguageModeling)
        {
            var context = prompts[0][..^_items[item].Text("continuation").Length].Trim();
            var joint = model.EncodeFromStart(prompts[0]);
            return [new(joint, model.EncodeFromStart(context).AsSpan().CommonPrefixLength(joint))];
        }

        var tokens = prompts.Select(model.EncodeFromStart).ToArray();
        var shared = _definition.Kind == CoreKind.MultipleChoice
            ? tokens.Min(option => option.AsSpan().CommonPrefixLength(tokens[0]))
            : tokens.Min(option => CommonSuffixLength(option, tokens[0]));
        return [.. tokens.Select(option => new ContinuationRequest(
            option, _definition.Kind == CoreKind.MultipleChoice ? Math.Min(shared, option.Length - 1) : option.Length - shared))];
    }

    private string Solved(JsonElement item) => _definition.Kind == CoreKind.LanguageModeling ? Options(item)[0] : Options(item)[item.Int("gold")];

    private string[] Options(JsonElement item) => _definition.Kind switch
    {
        CoreKind.MultipleChoice => [.. item.Texts("choices").Select(choice => item.Text("query") + _definition.Delimiter + choice)],
        CoreKind.Schema => [.. item.Texts("context_options").Select(context => context + _definition.Delimiter + item.Text("continuation"))],
        _ => [item.Text("context").Trim() + _definition.Delimiter + item.Text("continuation")],
    };

    private static int CommonSuffixLength(int[] a, int[] b)
    {
        var length = 0;
        while (length < a.Length && length < b.Length && a[^(length + 1)] == b[^(length + 1)])
            length++;
        return length;
    }
}
