namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// Minimal pairs (Warstadt et al. 2020, BLiMP): is the grammatical sentence more probable, by summed log-probability, than the
/// one that differs from it in a single respect? Items are <c>{sentence_good, sentence_bad, UID}</c>.
/// </summary>
internal sealed class BlimpTask : EvaluationTask
{
    private readonly (string Good, string Bad, string Paradigm)[] _pairs;
    private readonly string _hash;

    /// <summary>Reads the pairs.</summary>
    public BlimpTask(string path)
    {
        var file = DataFile.Read(path);
        _hash = file.Hash;
        _pairs = file.Select(item => (item.Text("sentence_good"), item.Text("sentence_bad"), item.Has("UID") ? item.Text("UID") : "all"));
    }

    /// <inheritdoc/>
    public override string Name => "blimp";

    /// <inheritdoc/>
    public override string MainMeasure => "acc";

    /// <inheritdoc/>
    public override int Count => _pairs.Length;

    /// <inheritdoc/>
    public override string Definition => $"minimal pairs {_hash}";

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        var scores = model.Score([.. items.SelectMany(item => new[] { _pairs[item].Good, _pairs[item].Bad })
            .Select(model.Whole)]);
        return [.. items.Select((item, i) =>
        {
            var (good, bad) = (scores[2 * i].LogProb, scores[2 * i + 1].LogProb);
            return new ItemResult(
                item, new Dictionary<string, double> { ["acc"] = good > bad ? 1 : good == bad ? 0.5 : 0 }, _pairs[item].Paradigm);
        })];
    }

    /// <inheritdoc/>
    protected override double? Chance(IReadOnlyList<ItemResult> results) => 0.5;
}
