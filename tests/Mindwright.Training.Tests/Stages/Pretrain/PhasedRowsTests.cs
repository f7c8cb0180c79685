using System.Text.Json;
using CsCheck;
using Mindwright.Data;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Stages.Pretrain;

/// <summary>Which text is read when.</summary>
public sealed class PhasedRowsTests
{
    [Fact]
    public void Every_step_reads_what_its_phase_alone_would_read_and_phases_come_in_order() =>
        Gen.Select(Gen.Double[0.1, 5].Array[1, 4], Gen.Int[1, 60], Gen.Int[1, 5]).Sample((shares, steps, batch) =>
        {
            IRows[] Texts() => [.. shares.Select((_, i) => Text(i))];
            var alone = Texts();
            using var rows = new PhasedRows([.. Texts().Zip(shares)], steps);
            var (phase, own) = (0, 0);
            for (var step = 0; step < steps + 3; step++)
            {
                var at = rows.PhaseOf(step);
                Assert.True(at >= phase);
                (own, phase) = (at == phase ? own : 0, at);
                Assert.Equal(alone[at].At(own++, batch).Inputs, rows.At(step, batch).Inputs);
            }
            var counts = Enumerable.Range(0, steps).GroupBy(rows.PhaseOf).ToDictionary(g => g.Key, g => g.Count());
            Assert.All(shares, (share, i) => Assert.Equal(steps * share / shares.Sum(), counts.GetValueOrDefault(i), 1.0));
            Array.ForEach(alone, text => text.Dispose());
        }, iter: 50, threads: 1);

    [Fact]
    public void What_was_read_by_a_step_is_what_its_phases_had_read_by_then()
    {
        var first = Text(0);
        var second = Text(1);
        using var rows = new PhasedRows([(first, 1), (second, 1)], 8);
        Assert.Equal(first.ReadBy(3, 2), rows.ReadBy(3, 2));
        Assert.Equal([.. first.ReadBy(4, 2), .. second.ReadBy(2, 2)], rows.ReadBy(6, 2));
    }

    [Fact]
    public void A_cursor_of_any_step_leads_to_the_batches_after_it_in_whichever_phase() =>
        Gen.Select(Gen.Int[1, 11], Gen.Int[0, 4]).Sample((done, skipped) =>
        {
            // The first text comes again in the third phase, as a run's own text does.
            PhasedRows Open()
            {
                var (own, other) = (Text(0), Text(1));
                return new PhasedRows([(own, 1), (other, 2), (own, 1)], 12);
            }

            using var whole = Open();
            TokenBatch[] batches = [.. Enumerable.Range(0, 18).Select(step => whole.At(step, 2))];
            using var first = Open();
            for (var step = 0; step < done; step++)
                first.At(step, 2);
            using var resumed = Open();
            resumed.Seek(JsonSerializer.Deserialize<JsonElement>(JsonSerializer.Serialize(first.Cursor!.Value)));
            for (var step = done + skipped; step < batches.Length; step++)
                Assert.Equal(batches[step].Inputs, resumed.At(step, 2).Inputs);
        }, iter: 40, threads: 1);

    private static DatasetRows Text(int number) => new(
        TokenDataset.InMemory("text", [.. Enumerable.Range(0, 10).Select(i => Enumerable.Range((1000 * number) + (20 * i) + 1, 3 + i).ToArray())], 0, 10_000), 4, number);
}
