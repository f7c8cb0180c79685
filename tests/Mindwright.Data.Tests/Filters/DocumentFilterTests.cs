using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class DocumentFilterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static (List<Document> Kept, SourceReport Report) Run(FilterOptions options, params string[] texts)
    {
        var filter = new DocumentFilter(options, TestContext.Current.CancellationToken);
        var report = new SourceReport();
        var kept = new List<Document>();
        for (var i = 0; i < texts.Length; i++)
        {
            var examined = filter.Examine(new Document(texts[i], $"d:{i}"));
            if (filter.Decide(examined, report))
                kept.Add(examined.Document);
        }
        return (kept, report);
    }

    private const string Prose = "It was a bright cold day in a small town, and the clocks of all the churches were striking twelve as they had always done before.";

    [Fact]
    public void Nothing_disappears_unseen()
    {
        var (kept, report) = Run(new FilterOptions { Languages = ["en"], Rules = [new("long", Signal.Characters, 60)] },
            Prose, Prose, Prose.Replace("bright", "dark", StringComparison.Ordinal) + " And so on.", "Ceci est un texte en français, une langue que tout le monde ne comprend pas toujours bien.", "Too short a text it is.", "", "Write to a@b.org: " + string.Join(' ', Enumerable.Range(0, 40).Select(i => $"the word {i}")));
        Assert.Equal(2, kept.Count);
        Assert.Equal(7, report.Read.Documents);
        Assert.Equal(2, report.Kept.Documents);
        Assert.Equal(["empty", "exact_duplicate", "language", "long", "near_duplicate"], report.Dropped.Keys);
        Assert.Equal(report.Read.Documents, report.Kept.Documents + report.Dropped.Values.Sum(tally => tally.Documents));
        Assert.Equal([.. report.Dropped.Keys, .. report.Changes.Keys], report.Examples.Keys.Order(StringComparer.Ordinal).OrderBy(report.Changes.ContainsKey));
        Assert.Contains("d:0", report.Examples["near_duplicate"][0].Why, StringComparison.Ordinal);
        Assert.Equal("fr", report.Examples["language"][0].Why);
        Assert.Equal(1, report.Changes["masked_email"]);
        Assert.Equal(2, report.Languages["en"]);
        var markdown = new FilterReport { Sources = { ["web"] = report } }.ToMarkdown();
        Assert.All(report.Dropped.Keys, rule => Assert.Contains(rule, markdown, StringComparison.Ordinal));
    }

    [Fact]
    public void A_filter_that_is_off_changes_nothing()
    {
        string[] texts = ["a@b.org donâ€™t", "a@b.org donâ€™t", "x"];
        var (kept, report) = Run(FilterOptions.Off, texts);
        Assert.Equal(texts, kept.Select(document => document.Text));
        Assert.Empty(report.Dropped);
        Assert.Empty(report.Changes);
    }

    [Fact]
    public void Harm_is_tagged_and_kept()
    {
        var filter = new DocumentFilter(new FilterOptions(), TestContext.Current.CancellationToken);
        var examined = filter.Examine(new Document("The pipe bomb had a detonator, the police said.", "d"));
        Assert.Null(examined.Dropped);
        Assert.Equal("explosive", Assert.Single(filter.Tags.Where((_, i) => (examined.Tags & (1u << i)) != 0)));
        Assert.Equal(0u, filter.Examine(new Document(Prose + " He wore a coat.", "d")).Tags);
    }

    [Fact]
    public void Harm_is_dropped_where_its_tag_is_named()
    {
        var (kept, report) = Run(new FilterOptions { DropTags = ["explosive"] }, "The pipe bomb had a detonator, the police said.", Prose);
        Assert.Equal(Prose, Assert.Single(kept).Text);
        Assert.Equal(1, report.Dropped["tag_explosive"].Documents);
        Assert.Contains("no tag fireworks", Assert.Throws<ArgumentException>(() => Run(new FilterOptions { DropTags = ["fireworks"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_of_changes_show_the_place_and_never_what_was_masked()
    {
        var (_, report) = Run(new FilterOptions { DropBoilerplateLines = true }, new string('x', 500) + " write to a@b.org, donâ€™t wait", Prose + "\nHome\n" + Prose);
        Assert.Contains("write to [email], don’t", Assert.Single(report.Examples["masked_email"]).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a@b.org", string.Concat(report.Examples.Values.SelectMany(examples => examples.Select(example => example.Text))), StringComparison.Ordinal);
        Assert.Contains("\nHome\n", Assert.Single(report.Examples["boilerplate_lines"]).Text, StringComparison.Ordinal);
        Assert.Contains("Changed: masked_email", new FilterReport { Sources = { ["a"] = report } }.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_documents_come_back_as_they_were()
    {
        string[] names = ["a/b.jsonl:17", "a/b.jsonl:18", "M:System.String.Join", "world", "a.zip!b.txt:0", "x:007", "x:-1", "x:", ":5", "x:99999999999999999999", ""];
        var all = new DocumentNames();
        foreach (var name in names)
            all.Add(name);
        Assert.Equal(names, Enumerable.Range(0, names.Length).Select(i => all[i]));
    }

    [Fact]
    public void Every_planted_evaluation_text_is_found_and_honest_text_is_not_accused()
    {
        var path = TestData.PathOrSkip("evals/core/arc_easy.jsonl");
        var filter = new DocumentFilter(new FilterOptions { EvaluationSets = [new("arc", [path])] }, TestContext.Current.CancellationToken);
        var questions = File.ReadLines(path).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("query").GetString()!).Take(300).ToArray();
        foreach (var question in questions)
        {
            // Case, punctuation and line breaks are no disguise; the first words alone are enough.
            var words = question.Split(' ').Take(20).ToArray();
            var examined = filter.Examine(new Document($"{Prose} {string.Join('\n', words).ToUpperInvariant()} {Prose}", "d"));
            if (WordHashes.Of(question).Length >= 8)
                Assert.Equal("evaluation_arc", examined.Dropped?.Rule);
        }
        var honest = Corpus.Read([TestData.PathOrSkip("pretrain/books-children.jsonl")], cancellation: TestContext.Current.CancellationToken);
        Assert.All(honest, book => Assert.Null(filter.Examine(book).Dropped));
    }

    [Fact]
    public void Boilerplate_lines_are_removed_and_counted()
    {
        var (kept, report) = Run(new FilterOptions { DropBoilerplateLines = true },
            "Please enable JavaScript to go on.\nThe story begins here, in the rain.\nHome\nWe use cookies, and more of them.\n\nIt ends there.");
        Assert.Equal("The story begins here, in the rain.\n\nIt ends there.", Assert.Single(kept).Text);
        Assert.Equal(3, report.Changes["boilerplate_lines"]);
    }

    [Fact]
    public void What_decides_is_in_the_hash()
    {
        File.WriteAllText(_folder["e.jsonl"], """{"q": "one two three four five six seven eight"}""");
        var token = TestContext.Current.CancellationToken;
        string Hash() => new DocumentFilter(new FilterOptions { EvaluationSets = [new("e", [_folder["e.jsonl"]])] }, token).RulesSha256;
        var before = Hash();
        Assert.Equal(before, Hash());
        File.AppendAllText(_folder["e.jsonl"], "\n");
        Assert.NotEqual(before, Hash());
        Assert.NotEqual(new DocumentFilter(new FilterOptions(), token).RulesSha256, new DocumentFilter(FilterOptions.Off, token).RulesSha256);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        var token = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentException>(() => new DocumentFilter(new FilterOptions { NearDuplicateThreshold = 1.5 }, token));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DocumentFilter(new FilterOptions { EvaluationWords = 3 }, token));
        Assert.Throws<FileNotFoundException>(() => new DocumentFilter(new FilterOptions { EvaluationSets = [new("e", ["none.jsonl"])] }, token));
    }
}
