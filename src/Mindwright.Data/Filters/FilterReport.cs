using System.Globalization;
using System.Text;

namespace Mindwright.Data;

/// <summary>A number of documents and their characters.</summary>
public sealed class Tally
{
    /// <summary>Documents.</summary>
    public long Documents { get; set; }

    /// <summary>Characters (UTF-16 units).</summary>
    public long Characters { get; set; }

    internal void Add(string text)
    {
        Documents++;
        Characters += text.Length;
    }
}

/// <summary>An example of what a rule or a change does.</summary>
/// <param name="Source">The document's source, as in <see cref="Document.Source"/>.</param>
/// <param name="Why">The value that the rule objected to.</param>
/// <param name="Text">Its beginning, or the place of the change; never what was masked.</param>
public sealed record Example(string Source, string Why, string Text);

/// <summary>What was kept, dropped and changed of one source.</summary>
public sealed class SourceReport
{
    /// <summary>Documents read.</summary>
    public Tally Read { get; init; } = new();

    /// <summary>Documents kept.</summary>
    public Tally Kept { get; init; } = new();

    /// <summary>Tokens of the kept documents, including boundaries; 0 where nothing was tokenized.</summary>
    public long Tokens { get; set; }

    /// <summary>Documents dropped, by the first rule that they broke.</summary>
    public SortedDictionary<string, Tally> Dropped { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The first examples of each rule and each kind of change.</summary>
    public SortedDictionary<string, List<Example>> Examples { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Changes to documents that were kept, by kind: <c>repaired</c> documents, <c>boilerplate_lines</c>, and masks such as <c>masked_email</c>.</summary>
    public SortedDictionary<string, long> Changes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Kept documents by tag.</summary>
    public SortedDictionary<string, long> Tags { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Kept documents by language.</summary>
    public SortedDictionary<string, long> Languages { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Number of inputs that could not be read and were skipped.</summary>
    public long BadInputs { get; set; }

    /// <summary>The first ten of those.</summary>
    public List<BadInput> BadInputExamples { get; init; } = [];

    internal void AddExample(string kind, Func<Example> example)
    {
        if (!Examples.TryGetValue(kind, out var examples))
            Examples[kind] = examples = [];
        if (examples.Count < FilterReport.MaxExamples)
            examples.Add(example());
    }
}

/// <summary>What the filters did, by source and rule: <c>report.json</c>, and for people <c>report.md</c>.</summary>
public sealed class FilterReport
{
    /// <summary>Number of examples for each rule and source.</summary>
    public const int MaxExamples = 3;

    internal const string Repaired = "repaired";
    internal const string BoilerplateLines = "boilerplate_lines";
    internal const string MaskedPrefix = "masked_";

    /// <summary>The sources by name.</summary>
    public SortedDictionary<string, SourceReport> Sources { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The quality classifier's accuracy on unseen examples; null where there is no classifier.</summary>
    public QualityFigures? Quality { get; set; }

    /// <summary>The report of a source; an empty one is added where there is none.</summary>
    /// <param name="name">The source's name.</param>
    public SourceReport Source(string name)
    {
        if (!Sources.TryGetValue(name, out var source))
            Sources[name] = source = new SourceReport();
        return source;
    }

    /// <summary>The report as Markdown, for people.</summary>
    public string ToMarkdown()
    {
        var page = new StringBuilder("# What the filters did\n");
        if (Quality is { } quality)
            page.Append(CultureInfo.InvariantCulture, $"\nThe quality classifier, on unseen examples ({quality.Examples}, {quality.Good} of them good): accuracy {quality.Accuracy:F3} (always the more frequent label: {quality.Majority:F3}), AUC {quality.Auc:F3}.\n");
        foreach (var (name, source) in Sources)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n");
            page.Append("| | documents | characters |\n| --- | ---: | ---: |\n");
            Row(page, "read", source.Read, source.Read);
            foreach (var (rule, tally) in source.Dropped)
                Row(page, $"dropped: {rule}", tally, source.Read);
            Row(page, "**kept**", source.Kept, source.Read);
            if (source.Tokens > 0)
                page.Append(CultureInfo.InvariantCulture, $"\n{source.Tokens:N0} tokens, {(double)source.Kept.Characters / source.Tokens:F2} characters a token.\n");
            List(page, "Changes", source.Changes);
            List(page, "Tagged documents", source.Tags);
            List(page, "Languages", source.Languages);
            if (source.BadInputs > 0)
                page.Append(CultureInfo.InvariantCulture, $"\n{source.BadInputs:N0} inputs could not be read and were skipped:\n\n");
            foreach (var bad in source.BadInputExamples)
                page.Append(CultureInfo.InvariantCulture, $"- {Inline(bad.Source)}: {Inline(bad.Problem)}\n");
            foreach (var (rule, examples) in source.Examples)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n{(source.Dropped.ContainsKey(rule) ? "Dropped by" : "Changed:")} {rule}, for example:\n\n");
                foreach (var example in examples)
                    page.Append(CultureInfo.InvariantCulture, $"- {Inline(example.Source)} ({Inline(example.Why)}): {Inline(example.Text)}\n");
            }
        }
        return page.ToString();
    }

    private static void Row(StringBuilder page, string what, Tally tally, Tally whole) => page.Append(CultureInfo.InvariantCulture,
        $"| {what} | {tally.Documents:N0} | {tally.Characters:N0} ({(whole.Characters == 0 ? 0 : 100.0 * tally.Characters / whole.Characters):F1} %) |\n");

    private static void List(StringBuilder page, string what, SortedDictionary<string, long> counts)
    {
        if (counts.Count > 0)
            page.Append(CultureInfo.InvariantCulture, $"\n{what}: {string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value.ToString("N0", CultureInfo.InvariantCulture)}"))}.\n");
    }

    /// <summary>Text from outside is quoted as code, so that it cannot format the page.</summary>
    private static string Inline(string text) => $"`{text.Replace('`', '\'').ReplaceLineEndings(" ")}`";
}
