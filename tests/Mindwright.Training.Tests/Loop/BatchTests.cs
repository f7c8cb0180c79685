using CsCheck;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Tests.Loop;

/// <summary>How batches are cut into micro-batches and shares.</summary>
public sealed class BatchTests
{
    // Every array counts its places up from another number, so that a row is known by what it holds.
    private static readonly Gen<Batch> Batches = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 9], Gen.Int[1, 5], Gen.Bool).Select((kind, units, time, optional) =>
    {
        var rows = kind == 2 ? 2 * units : units;
        var places = Enumerable.Range(0, rows * time).ToArray();
        long[] Ids(int first) => [.. places.Select(i => (long)first + i)];
        float[] Numbers(int first) => [.. places.Select(i => (first + i) % 3 - 1f)];
        float[] mask = [.. places.Select(i => i % 2 == 0 ? 1f : 0)];
        return kind switch
        {
            0 => (Batch)new TokenBatch(rows, Ids(0), Ids(1), optional ? mask : null, optional ? Ids(2) : null),
            1 => new PolicyBatch(rows, Ids(0), Ids(1), mask, Numbers(0), optional ? Numbers(1) : null),
            _ => new PreferenceBatch(rows, Ids(0), Ids(1), mask),
        };
    });

    [Fact]
    public void The_parts_of_a_batch_are_all_of_it_in_order_and_their_totals_add_up() => Gen.Select(Batches, Gen.Int[1, 12]).Sample((batch, size) =>
    {
        AssertWhole(batch, [.. batch.Split(size)]);
        AssertWhole(batch, [.. Enumerable.Range(0, size).Select(rank => batch.Share(rank, size))]);
    });

    [Fact]
    public void Micro_batches_are_no_larger_than_asked_for_and_shares_differ_by_one_unit_at_most() => Gen.Select(Batches, Gen.Int[1, 12]).Sample((batch, size) =>
    {
        Assert.All(batch.Split(size), part => Assert.InRange(part.Rows, 1, Math.Max(size, batch.Together)));
        var shares = Enumerable.Range(0, size).Select(rank => batch.Share(rank, size).Rows / batch.Together).ToArray();
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    });

    [Fact]
    public void A_pair_is_never_parted_however_often_a_batch_is_cut() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int[1, 9]).Sample((pairs, time, world, micro) =>
        {
            var rows = Enumerable.Range(0, 2 * pairs * time).Select(i => (long)(i / time)).ToArray(); // each token is its row's number
            var batch = new PreferenceBatch(2 * pairs, rows, rows, new float[rows.Length]);
            var seen = Enumerable.Range(0, world).SelectMany(rank => batch.Share(rank, world).Split(micro)).ToArray();
            Assert.Equal(pairs, seen.Sum(part => part.Total));
            foreach (var part in seen)
            {
                var own = part.Inputs.Chunk(time).Select(row => row[0]).ToArray();
                Assert.Equal(0, own.Length % 2);
                Assert.All(own.Chunk(2), pair => Assert.True(pair[0] % 2 == 0 && pair[1] == pair[0] + 1));
            }
        });

    [Fact]
    public void A_genuine_zero_advantage_counts_as_the_token_that_it_is() => Gen.Int[1, 20].Sample(count =>
    {
        float[] mask = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? 0f : 1f)];
        var batch = new PolicyBatch(1, new long[count], new long[count], mask, new float[count]);
        Assert.Equal(mask.Sum(), batch.Total);
        Assert.Equal(mask, batch.Split(1).Single().Mask);
    });

    private static void AssertWhole(Batch batch, Batch[] parts)
    {
        Assert.Equal(batch.Rows, parts.Sum(part => part.Rows));
        Assert.Equal(batch.Total, parts.Sum(part => part.Total));
        Assert.Equal(batch.Inputs, parts.SelectMany(part => part.Inputs));
        Assert.Equal(batch.Targets, parts.SelectMany(part => part.Targets));
        Assert.Equal(batch.Segments, batch.Segments is null ? null : parts.SelectMany(part => part.Segments!));
        Assert.All(parts.Where(part => part.Rows > 0), part => Assert.Equal(batch.Time, part.Time));
        foreach (var (i, numbers) in Numbers(batch).Index())
            Assert.Equal(numbers, parts.SelectMany(part => Numbers(part)[i]));
    }

    private static float[][] Numbers(Batch batch) => batch switch
    {
        TokenBatch tokens => [tokens.Weights ?? []],
        PolicyBatch policy => [policy.Mask, policy.Advantages, policy.OldLogProbs ?? []],
        PreferenceBatch pairs => [pairs.Mask],
        _ => [],
    };
}
