using Mindwright.Runs.Report;

namespace Mindwright.Data.Recipes;

/// <summary>The report of a build as a page for people.</summary>
internal static class DataReportPage
{
    public static RunReport Of(FilterReport report)
    {
        var sources = report.Sources.Values;
        var (read, kept) = (sources.Sum(source => source.Read.Documents), sources.Sum(source => source.Kept.Documents));
        var sections = new List<ReportSection> { Overview(report) };
        sections.AddRange(report.Sources.Select(source => SourceSection(source.Key, source.Value)));
        return new RunReport("Data", $"{Figure.Count(kept)} of {Figure.Count(read)} documents were kept. The sections below show what was dropped and changed, by source and rule, with examples.", sections);
    }

    private static ReportSection Overview(FilterReport report)
    {
        var figures = new List<KeyFigure>
        {
            new("documents kept", Figure.Count(report.Sources.Values.Sum(source => source.Kept.Documents)), $"of {Figure.Count(report.Sources.Values.Sum(source => source.Read.Documents))}"),
            new("tokens", Figure.Count(report.Sources.Values.Sum(source => source.Tokens))),
        };
        if (report.Quality is { } quality)
        {
            figures.Add(new("accuracy of the quality classifier, unseen examples", Figure.Percent(quality.Accuracy),
                $"always the more frequent label: {Figure.Percent(quality.Majority)}; AUC {Figure.Significant(quality.Auc)}; {Figure.Count(quality.Examples)} examples"));
        }
        return new ReportSection("Summary", [
            new KeyFigures(figures),
            new Table("The sources", ["Source", "Read", "Kept", "Kept of characters", "Tokens", "Unreadable inputs"],
                [.. report.Sources.Select(source => (string[])[
                    source.Key, Figure.Count(source.Value.Read.Documents), Figure.Count(source.Value.Kept.Documents),
                    Share(source.Value.Kept, source.Value.Read), Figure.Count(source.Value.Tokens), Figure.Count(source.Value.BadInputs)])])]);
    }

    private static ReportSection SourceSection(string name, SourceReport source)
    {
        var blocks = new List<ReportBlock>
        {
            new Table("Dropped, by the first rule that a document broke", ["Rule", "Documents", "Characters", "Of all characters"],
                [.. source.Dropped.OrderByDescending(rule => rule.Value.Documents).Select(rule => (string[])[
                    rule.Key, Figure.Count(rule.Value.Documents), Figure.Count(rule.Value.Characters), Share(rule.Value, source.Read)])]),
            Counts("Changed in kept documents", "Change", source.Changes),
            Counts("Kept documents by tag", "Tag", source.Tags),
            Counts("Kept documents by language", "Language", source.Languages),
        };
        if (source.BadInputExamples.Count > 0)
            blocks.Add(new Table("Inputs that could not be read, the first ones", ["Where", "Problem"], [.. source.BadInputExamples.Select(bad => (string[])[bad.Source, bad.Problem])]));
        if (source.Examples.Count > 0)
        {
            blocks.Add(new Samples("Examples", [.. source.Examples.Select(rule => new SampleGroup(
                rule.Key, [.. rule.Value.Select(example => new SampleText($"{example.Source} ({example.Why})", example.Text))]))]));
        }
        return new ReportSection(name, [.. blocks.Where(block => block is not Table { Rows.Count: 0 })]);
    }

    private static Table Counts(string caption, string column, SortedDictionary<string, long> counts) =>
        new(caption, [column, "Number"], [.. counts.OrderByDescending(pair => pair.Value).Select(pair => (string[])[pair.Key, Figure.Count(pair.Value)])]);

    private static string Share(Tally part, Tally whole) => whole.Characters == 0 ? "–" : Figure.Percent((double)part.Characters / whole.Characters);
}
