using System.Diagnostics;
using System.Text.Json;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Files;
using Mindwright.Testing;
using Mindwright.Tokens;

namespace Mindwright.Data.Tests;

public sealed class DataBuildTests : IDisposable
{
    private static readonly Tokenizer s_tokenizer = BpeTrainer.Train(
        ["the cat sat on the mat and the dog ran to the house of the man who had a hat"],
        new BpeTrainingOptions { VocabularySize = 265, SpecialTokens = ["<|endoftext|>"] });

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Documents of made-up words, every tenth a copy, every seventh with an address in it, some of them bad or nearly like another.</summary>
    private string Corpus(string name, int seed, int count = 400, bool withBad = false, bool withNear = false)
    {
        var random = new Random(seed);
        var texts = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(20, 200)).Select(_ => $"word{random.Next(5000)}"));
            if (withNear && i % 10 == 8)
                text = texts[^1] + " more";
            texts.Add(i % 10 == 9 ? texts[random.Next(texts.Count)] : i % 7 == 6 ? text + " from a@b.org" : text);
        }
        var lines = texts.Select(text => JsonSerializer.Serialize(new { text })).ToList();
        if (withBad)
            lines.Insert(count / 2, "{bad");
        File.WriteAllLines(_folder[name], lines);
        return _folder[name];
    }

    private DataBuildOptions Options(string output, params string[] inputs) => new()
    {
        Output = _folder[output],
        Sources = [.. inputs.Select((input, i) => new DataSource($"source{i}", [input]))],
        ShardTokens = 5000,
        CheckpointCharacters = 20_000,
        ChunkCharacters = 5_000,
    };

    private static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), Hashing.OfFile);

    private static Manifest Run(DataBuildOptions options) => DataBuild.Run(options, s_tokenizer, cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public void The_same_input_gives_the_same_files_whatever_the_number_of_threads()
    {
        var inputs = new[] { Corpus("a.jsonl", 1), Corpus("b.jsonl", 2) };
        Run(Options("one", inputs) with { Threads = 1 });
        Run(Options("seven", inputs) with { Threads = 7 });
        var files = Files(_folder["one"]);
        Assert.Equal(files, Files(_folder["seven"]));
        Assert.True(files.Count > 8);
        Assert.False(Directory.Exists(_folder["one.partial"]));
    }

    [Fact]
    public void Every_document_that_was_kept_is_there_and_the_report_accounts_for_the_rest()
    {
        var manifest = Run(Options("out", Corpus("a.jsonl", 1)));
        using var dataset = ShardFolder.Open(_folder["out"], verify: true);
        var report = JsonSerializer.Deserialize<FilterReport>(File.ReadAllBytes(_folder["out/report.json"]), JsonFormat.Indented)!.Sources["source0"];
        Assert.Equal(400, report.Read.Documents);
        Assert.Equal(report.Kept.Documents, manifest.Documents);
        Assert.Equal(report.Tokens, manifest.Tokens);
        Assert.Equal(40, report.Dropped["exact_duplicate"].Documents);
        Assert.InRange(report.Changes["masked_email"], 45, 57);
        var filter = new DocumentFilter(new FilterOptions(), TestContext.Current.CancellationToken);
        var expected = Data.Corpus.Read([_folder["a.jsonl"]], cancellation: TestContext.Current.CancellationToken)
            .Select(document => filter.Examine(document)).Where(examined => filter.Decide(examined, new SourceReport())).Select(examined => examined.Document.Text);
        var texts = Enumerable.Range(0, (int)manifest.Documents).Select(i => s_tokenizer.Decode(dataset.Sources[0].Read(i).AsSpan()[..^1]));
        Assert.Equal(expected, texts);
        Assert.Equal(manifest.Documents, File.ReadLines(_folder["out/documents.jsonl"]).Count());
        Assert.Equal(manifest.BoundaryToken, s_tokenizer.SpecialTokens["<|endoftext|>"]);
        Assert.Equal(Hashing.OfFile(_folder["a.jsonl"]), Assert.Single(manifest.Inputs).Sha256);
    }

    [Fact]
    public void Work_that_was_interrupted_anywhere_goes_on_and_ends_as_if_it_had_not_been()
    {
        var inputs = new[] { Corpus("a.jsonl", 1, withBad: true, withNear: true), Corpus("b.jsonl", 2) };
        Run(Options("whole", inputs) with { SkipBadInput = true });
        var options = Options("resumed", inputs) with { SkipBadInput = true, Threads = 2 };
        var interruptions = 0;
        for (var after = 1; ; after++)
        {
            using var cancellation = new CancellationTokenSource();
            // Cancelled by the reader itself, after so many documents: no clock is involved.
            var seen = 0;
            var limit = after * 60;
            var interrupted = options with
            {
                Sources = [.. options.Sources.Select(source => source with { Read = source.Read with { OnBytes = _ => { if (++seen == limit) cancellation.Cancel(); } } })],
            };
            try
            {
                DataBuild.Run(interrupted, s_tokenizer, cancellation: cancellation.Token);
                break;
            }
            catch (OperationCanceledException e)
            {
                Assert.Contains("resumes", e.Message, StringComparison.Ordinal);
                Assert.False(Directory.Exists(_folder["resumed"]));
                Assert.True(File.Exists(_folder["resumed.partial/progress.json"]));
                interruptions++;
            }
        }
        Assert.InRange(interruptions, 3, 100);
        Assert.Equal(Files(_folder["whole"]), Files(_folder["resumed"]));
    }

    [Fact]
    public async Task A_process_that_is_killed_again_and_again_ends_with_the_files_of_one_that_was_not()
    {
        var input = Corpus("a.jsonl", 1, withNear: true);
        s_tokenizer.Save(_folder["tokenizer"]);
        Assert.True(await Finishes(input, "whole", lines: int.MaxValue));
        var random = new Random(3);
        var (kills, checkpoints) = (0, 0);
        // Bounds on the lines read, not on time, decide where it is killed; a run that goes far enough comes to the end.
        while (!await Finishes(input, "killed", lines: random.Next(kills * 60)))
        {
            kills++;
            checkpoints += File.Exists(_folder["killed.partial/progress.json"]) ? 1 : 0;
        }
        Assert.InRange(kills, 3, 100);
        Assert.InRange(checkpoints, 2, kills);
        Assert.Equal(Files(_folder["whole"]), Files(_folder["killed"]));
    }

    /// <summary>Builds in a process of its own, which is killed after so many lines; whether the folder is there.</summary>
    private async Task<bool> Finishes(string input, string output, int lines)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Mindwright.Data.Crasher.dll"), input, _folder[output], _folder["tokenizer"] },
            RedirectStandardOutput = true,
        })!;
        for (; lines > 0 && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not null; lines--)
            continue;
        if (lines == 0)
            process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(lines == 0 || process.ExitCode == 0);
        return Directory.Exists(_folder[output]);
    }

    [Fact]
    public void What_an_earlier_build_with_other_input_left_is_not_taken_for_this_one()
    {
        Directory.CreateDirectory(_folder["out.partial"]);
        File.WriteAllText(_folder["out.partial/tokens-00000.bin"], "rubbish that is longer than nothing");
        File.WriteAllText(_folder["out.partial/progress.json"], """{"fingerprint": "other"}""");
        var input = Corpus("a.jsonl", 1);
        Run(Options("out", input));
        Run(Options("clean", input));
        Assert.Equal(Files(_folder["clean"]), Files(_folder["out"]));
    }

    [Fact]
    public void Documents_are_held_out_by_their_text_alone()
    {
        var inputs = new[] { Corpus("a.jsonl", 1), Corpus("b.jsonl", 2) };
        string[] HeldOut(string output, params string[] files)
        {
            Run(Options(output, files) with { HeldOut = 0.1 });
            using var dataset = ShardFolder.Open(_folder[output]);
            var bit = 1u << dataset.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag);
            return [.. dataset.Sources.SelectMany(source => Enumerable.Range(0, (int)source.Documents)
                .Where(i => (source.Tags(i) & bit) != 0).Select(i => s_tokenizer.Decode(source.Read(i).AsSpan()[..^1])))];
        }
        var both = HeldOut("both", inputs);
        Assert.InRange(both.Length, 45, 100); // of 720 that remain
        Assert.Equal(both.Order(StringComparer.Ordinal), HeldOut("turned", inputs[1], inputs[0]).Order(StringComparer.Ordinal));
        Assert.Equal(both.Take(10), HeldOut("first", inputs[0]).Take(10));
        Assert.Throws<ArgumentException>(() => Run(Options("out", inputs) with { HeldOut = 1 }));
    }

    [Fact]
    public void A_built_in_text_is_a_source_like_any_other()
    {
        var options = Options("out") with { Sources = [new DataSource("world", []) { BuiltIn = new(BuiltInText.World, 300, Seed: 4) }] };
        var manifest = Run(options);
        Assert.InRange(manifest.Documents, 100, 300);
        var input = Assert.Single(manifest.Inputs);
        Assert.Equal("built-in: world", input.Path);
        Assert.Equal(input, Assert.Single(Run(options with { Output = _folder["again"] }).Inputs));
    }

    [Fact]
    public void After_bad_input_the_work_goes_on_where_it_stopped_once_it_may_be_skipped()
    {
        var inputs = new[] { Corpus("a.jsonl", 1), Corpus("b.jsonl", 2, withBad: true) };
        Assert.Throws<InvalidDataException>(() => Run(Options("out", inputs)));
        Assert.True(new FileInfo(_folder["out.partial/kept.bin"]).Length > 0);
        Run(Options("out", inputs) with { SkipBadInput = true });
        Run(Options("whole", inputs) with { SkipBadInput = true });
        Assert.Equal(Files(_folder["whole"]), Files(_folder["out"]));
    }

    [Fact]
    public void A_look_into_the_folder_shows_what_is_there_and_notices_damage()
    {
        var inputs = new[] { Corpus("a.jsonl", 1), Corpus("b.jsonl", 2) };
        var options = Options("out", inputs) with { HeldOut = 0.1 };
        var manifest = Run(options with { Sources = [options.Sources[0] with { Weight = 3 }, options.Sources[1] with { Weight = 1, Epochs = 2 }] });
        var token = TestContext.Current.CancellationToken;
        var found = DatasetInspection.Of(_folder["out"], samples: 1000, seed: 1, verify: true, token);
        Assert.Equal((manifest.Documents, manifest.Tokens), (found.Documents, found.Tokens));
        Assert.Equal([0.75, 0.25], found.Sources.Select(source => source.Share));
        Assert.Equal(manifest.Documents, found.Samples.Select(sample => (sample.Source, sample.Document)).Distinct().Count());
        Assert.Equal(found.Tags[Manifest.HeldOutTag], found.Samples.Count(sample => sample.Tags.Contains(Manifest.HeldOutTag)));
        Assert.All(found.Samples, sample => Assert.StartsWith("word", sample.Text, StringComparison.Ordinal));
        File.AppendAllText(_folder["out/report.md"], "x");
        Assert.Contains("report.md", Assert.Throws<InvalidDataException>(() => DatasetInspection.Of(_folder["out"], 0, 1, verify: true, token)).Message, StringComparison.Ordinal);
        Assert.False(DatasetInspection.Of(_folder["out"], 0, 1, verify: false, token).Verified);
    }

    [Fact]
    public void The_output_is_complete_or_absent()
    {
        var bad = Corpus("bad.jsonl", 1, withBad: true);
        Assert.Contains("bad.jsonl:201", Assert.Throws<InvalidDataException>(() => Run(Options("out", bad))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
        var nothing = Options("out", bad) with { SkipBadInput = true, Filters = new FilterOptions { Languages = ["th"] } };
        Assert.Contains("language dropped 400", Assert.Throws<InvalidDataException>(() => Run(nothing)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
        var manifest = Run(Options("out", bad) with { SkipBadInput = true });
        Assert.True(manifest.Documents > 300);
        Assert.Contains("bad.jsonl:201", File.ReadAllText(_folder["out/report.md"]), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => Run(Options("out", bad)));
    }

    [Fact]
    public void A_second_process_on_the_same_output_is_refused()
    {
        Directory.CreateDirectory(_folder["out.partial"]);
        using var held = new FileStream(_folder["out.partial/lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("another process", Assert.Throws<IOException>(() => Run(Options("out", Corpus("a.jsonl", 1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boundary_that_the_tokenizer_lacks_is_refused_by_name()
    {
        var options = Options("out", Corpus("a.jsonl", 1)) with { BoundaryToken = "<|stop|>" };
        Assert.Contains("<|stop|>", Assert.Throws<ArgumentException>(() => Run(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_parallel_work_come_in_order_and_failures_come_through()
    {
        var token = TestContext.Current.CancellationToken;
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i * i), OrderedParallel.Map(Enumerable.Range(0, 1000), i => i * i, 5, token));
        Assert.Throws<InvalidDataException>(() => OrderedParallel.Map(Enumerable.Range(0, 1000), i => i == 500 ? throw new InvalidDataException() : i, 3, token).Count());
        Assert.Equal([0, 1], OrderedParallel.Map(Enumerable.Range(0, 1000), i => i, 3, token).Take(2));
    }
}
