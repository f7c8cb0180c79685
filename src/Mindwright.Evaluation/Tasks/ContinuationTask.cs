using System.Text.RegularExpressions;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// Is a continuation what greedy decoding writes, and how probable is it? LAMBADA's last words (Paperno et al. 2016), sums
/// by their number of digits (Brown et al. 2020, section 3.9.1), needles in a haystack.
/// </summary>
public sealed partial class ContinuationTask : EvaluationTask
{
    private readonly ContinuationItem[] _items;
    private readonly string _definition;

    /// <summary>Makes a task.</summary>
    public ContinuationTask(string name, IReadOnlyList<ContinuationItem> items, string definition) =>
        (Name, _items, _definition) = (name, [.. items], definition);

    /// <summary>LAMBADA: <c>{context, continuation}</c>, the continuation being the last word.</summary>
    public static ContinuationTask Lambada(string path)
    {
        var file = DataFile.Read(path);
        return new("lambada", file.Select(item => new ContinuationItem(item.Text("context"), " " + item.Text("continuation").Trim())), $"lambada {file.Hash}");
    }

    /// <summary>Sums: <c>{context, continuation}</c> such as "25 - 759 =" and " -734", grouped by the digits of the longest number.</summary>
    public static ContinuationTask Arithmetic(string path)
    {
        var file = DataFile.Read(path);
        return new("arithmetic", file.Select(item => new ContinuationItem(
            item.Text("context").TrimEnd(), " " + item.Text("continuation").Trim(),
            $"{Digits().Matches(item.Text("context")).Max(match => match.Length)} digits")), $"arithmetic {file.Hash}");
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string MainMeasure => "acc";

    /// <inheritdoc/>
    public override int Count => _items.Length;

    /// <inheritdoc/>
    public override string Definition => $"continuation {_definition}";

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        var scores = model.Score([.. items.Select(item => model.After(_items[item].Context, _items[item].Continuation))]);
        return [.. items.Select((item, i) => new ItemResult(
            item,
            new Dictionary<string, double> { ["acc"] = scores[i].IsGreedy ? 1 : 0, ["log_prob"] = scores[i].LogProb },
            _items[item].Group))];
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}

/// <summary>A context and what follows it.</summary>
public sealed record ContinuationItem(string Context, string Continuation, string? Group = null);
