using System.Security.Cryptography;
using System.Text;
using Mindwright.Data;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// How many bits the model needs for a byte of held-out text: the only measure of prediction that compares models whose tokens
/// differ. A document longer than the context is read in windows, each conditioned on the last half of the one before.
/// </summary>
public sealed class BitsPerByteTask : EvaluationTask
{
    private const int WindowsAtOnce = 64;

    private readonly Document[] _documents;
    private readonly string _definition;

    /// <summary>Makes the task.</summary>
    /// <param name="name">Its name, such as the corpus.</param>
    /// <param name="documents">Texts that the model was not trained on.</param>
    /// <param name="definition">Names the texts, for the cache.</param>
    public BitsPerByteTask(string name, IEnumerable<Document> documents, string definition)
    {
        (Name, _definition) = (name, definition);
        _documents = [.. documents.Where(document => document.Text.Length > 0)];
    }

    /// <summary>The documents of files in any format that <see cref="Corpus"/> reads.</summary>
    /// <exception cref="InvalidDataException">They hold no text.</exception>
    public static BitsPerByteTask FromFiles(IReadOnlyList<string> paths)
    {
        var task = new BitsPerByteTask(
            TaskCatalog.BitsPerByte, Corpus.Read(paths), string.Join(' ', paths.Select(path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))))));
        return task.Count > 0 ? task : throw new InvalidDataException($"{string.Join(", ", paths)}: no text to measure bits per byte on.");
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string MainMeasure => "bits_per_byte";

    /// <inheritdoc/>
    public override int Count => _documents.Length;

    /// <inheritdoc/>
    public override string Definition => $"bits per byte {_definition}";

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        var windows = items.Select(item => Windows(model.EncodeFromStart(_documents[item].Text), model).ToArray()).ToArray();
        var scores = new List<ContinuationScore>();
        // A book is thousands of windows: not all at once, so that it can be interrupted.
        foreach (var some in windows.SelectMany(window => window).Chunk(WindowsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            scores.AddRange(model.Score(some));
        }
        var results = new ItemResult[items.Count];
        var next = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var own = scores.GetRange(next, windows[i].Length);
            next += own.Count;
            results[i] = new(items[i], new Dictionary<string, double>
            {
                ["nats"] = -own.Sum(score => score.LogProb),
                ["tokens"] = own.Sum(score => score.Tokens),
                ["bytes"] = Encoding.UTF8.GetByteCount(_documents[items[i]].Text),
            });
        }
        return results;
    }

    /// <inheritdoc/>
    /// <remarks>A ratio of sums; its interval resamples documents.</remarks>
    public override IReadOnlyList<Measure> Summarize(IReadOnlyList<ItemResult> results)
    {
        double Total(string name) => results.Sum(result => result.Values[name]);
        var bits = LanguageModeling.BitsPerByte(Total("nats"), (long)Total("bytes"));

        // Linearised around the ratio: each document's deviation, in units of the mean document's bytes.
        var meanBytes = Total("bytes") / results.Count;
        var deviations = results.Select(result =>
            bits + (result.Values["nats"] / Math.Log(2) - bits * result.Values["bytes"]) / meanBytes).ToArray();
        var perplexity = LanguageModeling.Perplexity(Total("nats"), Math.Max(1, (long)Total("tokens")));
        return
        [
            new("bits_per_byte", Bootstrap.Mean(deviations, seed: 20), results.Count, StandardError: Sample.StandardError(deviations), IsShare: false),
            new("perplexity", new(perplexity, perplexity, perplexity), results.Count, IsShare: false),
        ];
    }

    /// <summary>Every token is rated once; all but those of the first window have at least half a context before them.</summary>
    private static IEnumerable<ContinuationRequest> Windows(int[] tokens, TextModel model)
    {
        var length = model.Model.ContextLength;
        var rated = Math.Min(tokens.Length, length);
        yield return new(tokens[..rated], model.Start is null ? 0 : 1);
        while (rated < tokens.Length)
        {
            var end = Math.Min(tokens.Length, rated + Math.Max(1, length / 2));
            yield return new(tokens[(end - length)..end], rated - (end - length));
            rated = end;
        }
    }
}
