using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mindwright.Data;
using Mindwright.Data.Tests;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Tests.Loop;

namespace Mindwright.Training.Tests.Stages.Pretrain;

/// <summary>Rows of documents, from shards and from memory.</summary>
public sealed class DatasetRowsTests : IDisposable
{
    private const int Time = 24;
    private const int Rows = 3;

    private readonly TempFolder _folder = new();

    public DatasetRowsTests()
    {
        var lines = Enumerable.Range(0, 300).Select(i => $"What is {i} and {i * 7 % 13}? The answer to that is {i + (i * 7 % 13)}, my friend number {i * i}.");
        File.WriteAllText(_folder["a.txt"], string.Join('\n', lines));
        DataBuild.Run(new DataBuildOptions
        {
            Output = _folder["built"],
            Sources = [new DataSource("a", [_folder["a.txt"]]) { Read = new ReadOptions { Separator = "\n" }, Epochs = 2 }],
            Filters = FilterOptions.Off,
            HeldOut = 0.1,
        }, SmallModel.Tokenizer);
    }

    public void Dispose() => _folder.Dispose();

    private DatasetRows Open(params string[] withoutTags) => new(TokenDataset.Open(_folder["built"]), Time, seed: 5, withoutTags);

    [Fact]
    public void A_step_gets_the_same_rows_whichever_steps_came_before()
    {
        using var rows = Open();
        var batches = Enumerable.Range(0, 8).Select(step => rows.At(step, Rows)).ToArray();
        foreach (var step in new[] { 5, 6, 2, 7, 0 })
        {
            var again = rows.At(step, Rows);
            Assert.Equal(batches[step].Inputs, again.Inputs);
            Assert.Equal(batches[step].Targets, again.Targets);
            Assert.Equal(batches[step].Segments, again.Segments);
            Assert.Equal(batches[step].Weights, again.Weights);
        }
        Assert.NotEqual(batches[0].Inputs, batches[1].Inputs);
    }

    [Fact]
    public void What_is_held_out_is_never_read_and_everything_else_is_in_each_epoch()
    {
        using var rows = Open();
        var learned = new HashSet<string>();
        long tokens = 0;
        var step = 0;
        try
        {
            for (; ; step++)
            {
                var batch = rows.At(step, Rows);
                tokens += (long)batch.Total;
                Assert.All(Enumerable.Range(0, batch.Targets.Length), i => Assert.Equal(batch.Segments![i] < 0, batch.Weights is { } weights && weights[i] == 0));
            }
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("the data is over", e.Message, StringComparison.Ordinal);
        }
        using var dataset = TokenDataset.Open(_folder["built"], cancellation: TestContext.Current.CancellationToken);
        var source = dataset.Sources[0];
        var bit = 1u << dataset.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag);
        var expected = Enumerable.Range(0, (int)source.Documents).Where(i => (source.Tags(i) & bit) == 0).Sum(i => source.Read(i).Length);
        Assert.True(expected < dataset.Manifest.Tokens);
        Assert.Equal(2 * expected, tokens);

        var once = rows.ReadBy(1_000_000, Rows);
        Assert.InRange(once.Length, expected, expected + (Rows * Time));
        Assert.Equal(rows.At(0, Rows).Inputs.Zip(rows.At(0, Rows).Segments!).Where(pair => pair.Second >= 0).Select(pair => (int)pair.First), rows.ReadBy(1, Rows));
    }

    [Fact]
    public void A_tag_that_the_folder_does_not_have_is_named() =>
        Assert.Contains("held_out", Assert.Throws<RecipeException>(() => Open("fun")).Message, StringComparison.Ordinal);

    [Fact]
    public void Documents_are_the_same_inputs_and_targets_from_a_folder_and_from_memory_and_none_reaches_into_another() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[2, 40], Gen.Int[1, 1000]).Sample((count, time, seed) =>
        {
            using var folder = new TempFolder();
            var documents = ShardFolder.Documents(seed, count, 100);
            ShardFolder.Write(folder.Path, [(new("test", null, null), documents)], shardTokens: 500);
            // A document of n tokens and its boundary, read after the boundary, is cut every `time` targets.
            string[] expected = [.. documents.SelectMany(document =>
            {
                int[] whole = [ShardFolder.Boundary, .. document, ShardFolder.Boundary];
                return Enumerable.Range(0, (document.Length + time) / time)
                    .Select(i => string.Join(' ', whole[(i * time)..Math.Min(whole.Length, ((i + 1) * time) + 1)]));
            }).Order(StringComparer.Ordinal)];
            TokenDataset[] datasets = [ShardFolder.Open(folder.Path), TokenDataset.InMemory("test", documents, ShardFolder.Boundary, ShardFolder.Vocabulary)];
            foreach (var dataset in datasets)
            {
                using var rows = new DatasetRows(dataset, time, seed);
                Assert.Equal(expected, Epoch(rows, dataset.Manifest.Tokens).Order(StringComparer.Ordinal));
            }
        }, iter: 40, threads: 1);

    [Fact]
    public void The_loss_of_packed_documents_is_the_sum_of_what_each_has_alone()
    {
        using var model = SmallModel.Create();
        var documents = SmallStages.Documents[..24];
        using var rows = new DatasetRows(SmallStages.InMemory(documents), 80, 1);
        var tokens = documents.Sum(document => document.Length + 1);
        var (sum, read, packed) = (0.0, 0.0, 0L);
        for (var step = 0; read < tokens; step++)
        {
            var batch = rows.At(step, 1);
            sum += CrossEntropyStep.Loss(model, batch, 1) * batch.Total;
            read += batch.Total;
            packed = Math.Max(packed, batch.Segments!.Max());
        }
        Assert.True(packed > 0, "no row holds more than one document: the test says nothing");
        var end = SmallModel.Format.EndOfText;
        var alone = documents.Sum(document => (document.Length + 1) * CrossEntropyStep.Loss(
            model, new TokenBatch(1, [end, .. document.Select(id => (long)id)], [.. document.Select(id => (long)id), end]), 1));
        Assert.Equal(tokens, read);
        Assert.Equal(alone, sum, 1e-3 * tokens);
    }

    [Fact]
    public void A_cursor_of_any_step_leads_to_exactly_the_batches_after_it_and_past_those_that_are_skipped() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[0, 10], Gen.Int[1, 4]).Sample((done, skipped, count) =>
        {
            using var whole = Open();
            TokenBatch[] batches = [.. Enumerable.Range(0, done + skipped + 3).Select(step => whole.At(step, count))];
            using var first = Open();
            for (var step = 0; step < done; step++)
                first.At(step, count);
            using var resumed = Open();
            resumed.Seek(Copy(first.Cursor!.Value));
            for (var step = done + skipped; step < batches.Length; step++)
                AssertSame(batches[step], resumed.At(step, count));
        }, iter: 40, threads: 1);

    [Fact]
    public void A_cursor_alone_says_where_reading_goes_on_so_that_nothing_before_it_is_packed_again()
    {
        using var whole = Open();
        for (var step = 0; step < 5; step++)
            whole.At(step, Rows);
        // As if five million steps had been done: read from the beginning, the data would be over long before.
        var cursor = JsonSerializer.Deserialize<JsonObject>(whole.Cursor!.Value)!;
        cursor["Step"] = 5_000_000;
        using var resumed = Open();
        resumed.Seek(JsonSerializer.SerializeToElement(cursor));
        AssertSame(whole.At(5, Rows), resumed.At(5_000_000, Rows));
        AssertSame(whole.At(6, Rows), resumed.At(5_000_001, Rows));
    }

    [Fact]
    public void A_cursor_of_other_data_is_refused()
    {
        using var rows = Open();
        rows.At(0, Rows);
        using var other = new DatasetRows(SmallStages.InMemory(SmallStages.Documents), Time, seed: 5);
        other.Seek(Copy(rows.Cursor!.Value));
        Assert.Contains("other data", Assert.Throws<InvalidDataException>(() => other.At(1, Rows)).Message, StringComparison.Ordinal);
    }

    // As a checkpoint keeps it.
    private static JsonElement Copy(JsonElement cursor) => JsonSerializer.Deserialize<JsonElement>(JsonSerializer.Serialize(cursor));

    private static void AssertSame(TokenBatch expected, TokenBatch actual)
    {
        Assert.Equal(expected.Inputs, actual.Inputs);
        Assert.Equal(expected.Targets, actual.Targets);
        Assert.Equal(expected.Segments, actual.Segments);
        Assert.Equal(expected.Weights, actual.Weights);
    }

    /// <summary>The segments of so many tokens, each as its first input and then its targets.</summary>
    private static IEnumerable<string> Epoch(DatasetRows rows, long tokens)
    {
        for (var step = 0; tokens > 0; step++)
        {
            var batch = rows.At(step, 1);
            tokens -= (long)batch.Total;
            foreach (var segment in Enumerable.Range(0, batch.Time).Where(i => batch.Segments![i] >= 0).GroupBy(i => batch.Segments![i]))
            {
                long[] inputs = [.. segment.Select(i => batch.Inputs[i])], targets = [.. segment.Select(i => batch.Targets[i])];
                Assert.Equal(targets[..^1], inputs[1..]);
                yield return string.Join(' ', targets.Prepend(inputs[0]));
            }
        }
    }
}
