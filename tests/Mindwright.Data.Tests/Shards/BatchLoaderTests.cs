using System.Text.Json;
using CsCheck;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class BatchLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static BatchOptions Options(int rows = 2, int length = 32) => new() { Rows = rows, Length = length, Seed = 7, PackedRows = 5 };

    private static List<PackedBatch> All(TokenDataset dataset, BatchOptions options, BatchCursor? resume = null, int max = int.MaxValue)
    {
        using var loader = new BatchLoader(dataset, options, resume);
        var batches = new List<PackedBatch>();
        while (batches.Count < max && loader.Next(TestContext.Current.CancellationToken) is { } batch)
            batches.Add(batch);
        return batches;
    }

    /// <summary>The segments of a batch as (inputs, targets).</summary>
    private static IEnumerable<(int[] Inputs, int[] Targets)> Segments(PackedBatch batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            var positions = Enumerable.Range(row * batch.Length, batch.Length).Where(i => batch.Segments[i] >= 0);
            foreach (var segment in positions.GroupBy(i => batch.Segments[i]))
                yield return ([.. segment.Select(i => batch.Inputs[i])], [.. segment.Select(i => batch.Targets[i])]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(17)]
    public void A_loader_that_begins_after_some_batches_gives_what_the_others_would_have_given(int skip)
    {
        ShardFolder.Write(_folder.Path, [(new("a", 3, 2), ShardFolder.Documents(1, 40, 100)), (new("b", 1, 1), ShardFolder.Documents(2, 40, 100))]);
        using var dataset = ShardFolder.Open(_folder.Path);
        var all = All(dataset, Options());
        using var loader = new BatchLoader(dataset, Options(), skip: skip);
        foreach (var batch in all.Skip(skip))
        {
            var other = loader.Next(TestContext.Current.CancellationToken)!;
            Assert.Equal(batch.Inputs, other.Inputs);
            Assert.Equal(batch.Targets, other.Targets);
            Assert.Equal(batch.Cursor.Sources, other.Cursor.Sources);
        }
        Assert.True(all.Count > 17);
        Assert.Null(loader.Next(TestContext.Current.CancellationToken));
        using var beyond = new BatchLoader(dataset, Options(), skip: all.Count + 5);
        Assert.Null(beyond.Next(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void In_an_epoch_every_token_is_a_target_exactly_once_and_its_context_is_its_own_document() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 5], Gen.Int[2, 40], Gen.Int[1, 1000]).Sample((count, rows, length, seed) =>
        {
            using var folder = new TempFolder();
            var documents = ShardFolder.Documents(seed, count, 100);
            ShardFolder.Write(folder.Path, [(new("s", null, 1), documents)], shardTokens: 500);
            using var dataset = ShardFolder.Open(folder.Path);
            var pieces = new List<string>();
            foreach (var batch in All(dataset, Options(rows, length)))
            {
                Assert.Equal(batch.Targets.Count(target => target != PackedBatch.Ignore), batch.Tokens);
                Assert.Equal(batch.Segments.Count(segment => segment >= 0), batch.Tokens);
                foreach (var (inputs, targets) in Segments(batch))
                {
                    Assert.Equal(targets[..^1], inputs[1..]);
                    pieces.Add(Key([inputs[0], .. targets]));
                }
            }
            // A document of n tokens and its boundary, read after the boundary, is cut every `length` targets.
            var expected = documents.SelectMany(document =>
            {
                int[] whole = [ShardFolder.Boundary, .. document, ShardFolder.Boundary];
                return Enumerable.Range(0, (document.Length + length) / length)
                    .Select(i => Key(whole[(i * length)..Math.Min(whole.Length, ((i + 1) * length) + 1)]));
            });
            Assert.Equal(expected.Order(StringComparer.Ordinal), pieces.Order(StringComparer.Ordinal));
        }, iter: 40, threads: 1);

    private static string Key(int[] tokens) => string.Join(' ', tokens);

    [Fact]
    public void A_loader_resumed_after_any_batch_goes_on_with_the_next_token()
    {
        ShardFolder.Write(_folder.Path,
            [(new("a", 3, 2.5), ShardFolder.Documents(1, 40, 80)), (new("b", 1, 1), ShardFolder.Documents(2, 30, 50))], shardTokens: 300);
        using var dataset = ShardFolder.Open(_folder.Path);
        var whole = All(dataset, Options());
        Assert.True(whole.Count > 50);
        for (var i = 0; i < whole.Count; i += 3)
        {
            var cursor = JsonSerializer.Deserialize<BatchCursor>(JsonSerializer.Serialize(whole[i].Cursor))!;
            var rest = All(dataset, Options() with { Prefetch = 1 + (i % 4) }, cursor);
            Assert.Equal(whole.Skip(i + 1).Select(batch => Key([.. batch.Inputs, .. batch.Targets, .. batch.Segments])),
                rest.Select(batch => Key([.. batch.Inputs, .. batch.Targets, .. batch.Segments])));
        }
    }

    [Fact]
    public void Batch_size_changes_neither_the_rows_nor_their_order()
    {
        ShardFolder.Write(_folder.Path, [(new("a", null, 1), ShardFolder.Documents(1, 60, 80)), (new("b", null, 2), ShardFolder.Documents(2, 30, 50))]);
        using var dataset = ShardFolder.Open(_folder.Path);
        var one = All(dataset, Options(rows: 1)).SelectMany(batch => batch.Targets).ToArray();
        var four = All(dataset, Options(rows: 4)).SelectMany(batch => batch.Targets).ToArray();
        Assert.Equal(one, four[..one.Length]);
        Assert.All(four[one.Length..], target => Assert.Equal(PackedBatch.Ignore, target));
    }

    [Fact]
    public void The_mixture_keeps_to_its_weights_at_every_moment_and_sources_end_with_their_epochs()
    {
        ShardFolder.Write(_folder.Path,
            [(new("a", 3, null), ShardFolder.Documents(1, 40, 80)), (new("b", 1, 2), ShardFolder.Documents(2, 40, 80)), (new("c", 0, null), ShardFolder.Documents(3, 5, 9))]);
        using var dataset = ShardFolder.Open(_folder.Path);
        var sources = All(dataset, Options(rows: 4), max: 25).SelectMany(batch => batch.Sources).ToArray();
        for (var n = 1; n <= sources.Length; n++)
            Assert.InRange(sources.Take(n).Count(source => source == 1), (n / 4.0) - 1, (n / 4.0) + 1);
        Assert.DoesNotContain(2, sources);
        var later = All(dataset, Options(rows: 4), max: 2000).SelectMany(batch => batch.Sources).ToArray();
        Assert.True(later.LastIndexOf(1) < 800);
        Assert.Equal(8000, later.Length);
    }

    [Fact]
    public void Seeds_and_epochs_have_orders_of_their_own()
    {
        ShardFolder.Write(_folder.Path, [(new("s", null, 2), ShardFolder.Documents(1, 200, 20))]);
        using var dataset = ShardFolder.Open(_folder.Path);
        var batches = All(dataset, Options(rows: 1) with { PackedRows = 1000 });
        var epochs = batches.GroupBy(batch => batch.Cursor.Sources[0].Epoch).Select(epoch => Key([.. epoch.SelectMany(batch => batch.Targets)])).ToArray();
        Assert.Equal(2, epochs.Length);
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(batches[0].Targets, All(dataset, Options(rows: 1) with { Seed = 8, PackedRows = 1000 }, max: 1)[0].Targets);
    }

    [Fact]
    public void Documents_with_an_unwanted_tag_stay_out()
    {
        var documents = Enumerable.Range(1, 30).Select(i => new[] { i }).ToArray();
        ShardFolder.Write(_folder.Path, [(new("s", null, 1), documents)], tags: i => (uint)i % 3);
        using var dataset = ShardFolder.Open(_folder.Path);
        var targets = All(dataset, Options() with { WithoutTags = ["second"] }).SelectMany(batch => batch.Targets).Where(target => target > 0);
        Assert.Equal(Enumerable.Range(1, 30).Where(i => (i - 1) % 3 != 2), targets.Order());
        Assert.Throws<ArgumentException>(() => All(dataset, Options() with { WithoutTags = ["third"] }));
        Assert.Equal(10, All(dataset, Options() with { WithoutTags = ["first", "second"] }).Sum(batch => batch.Tokens) / 2);
    }

    [Fact]
    public void A_cursor_of_other_data_is_refused()
    {
        ShardFolder.Write(_folder["a"], [(new("s", null, null), ShardFolder.Documents(1, 20, 20))]);
        ShardFolder.Write(_folder["b"], [(new("s", null, null), ShardFolder.Documents(2, 20, 20))]);
        using var a = ShardFolder.Open(_folder["a"]);
        using var b = ShardFolder.Open(_folder["b"]);
        var cursor = All(a, Options(), max: 1)[0].Cursor;
        Assert.Throws<InvalidDataException>(() => new BatchLoader(b, Options(), cursor));
        Assert.Throws<InvalidDataException>(() => new BatchLoader(a, Options() with { Seed = 1 }, cursor));
        new BatchLoader(a, Options(rows: 5), cursor).Dispose();
    }

    [Fact]
    public void A_loader_resumed_in_the_last_window_of_rows_looks_at_no_document_before_that_window()
    {
        var documents = ShardFolder.Documents(1, 2000, 30);
        using var shard = new CountingShard(new MemoryShard("s", documents, ShardFolder.Boundary));
        using var dataset = new TokenDataset(
            new Manifest
            {
                VocabularySize = ShardFolder.Vocabulary,
                BytesPerToken = sizeof(int),
                BoundaryToken = ShardFolder.Boundary,
                Sources = [new("s", null, 1)],
                Shards = [shard.Info],
            },
            [shard]);
        var options = Options() with { Prefetch = 1 };
        var whole = All(dataset, options);
        Assert.Equal(documents.Length, shard.Seen.Count);

        shard.Seen.Clear();
        var cursor = whole[^2].Cursor;
        Assert.InRange(cursor.Sources[0].Document, documents.Length - 50, documents.Length);
        var last = Assert.Single(All(dataset, options, cursor));
        Assert.Equal(whole[^1].Inputs, last.Inputs);
        Assert.Equal(documents.Length - cursor.Sources[0].Document, shard.Seen.Count);
    }

    /// <summary>Keeps which documents were looked at.</summary>
    private sealed class CountingShard(ITokenShard inner) : ITokenShard
    {
        public HashSet<int> Seen { get; } = [];

        public ShardInfo Info => inner.Info;

        public (long Start, long End) Range(int document)
        {
            Seen.Add(document);
            return inner.Range(document);
        }

        public uint Tags(int document) => inner.Tags(document);

        public void Read(long start, Span<int> destination) => inner.Read(start, destination);

        public void Dispose() => inner.Dispose();
    }
}
