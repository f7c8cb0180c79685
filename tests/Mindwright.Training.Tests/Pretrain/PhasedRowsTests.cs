using CsCheck;
using Mindwright.Evaluation.Statistics;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Pretrain;

/// <summary>Which text is read when.</summary>
public sealed class PhasedRowsTests
{
    [Fact]
    public void Every_step_reads_what_its_phase_alone_would_read_and_phases_come_in_order() =>
        Gen.Select(Gen.Double[0.1, 5].Array[1, 4], Gen.Int[1, 60], Gen.Int[1, 5]).Sample((shares, steps, batch) =>
        {
            IRows[] texts = [.. shares.Select((_, i) => new TokenRows([.. Enumerable.Range(1000 * i, 50)], 4, i))];
            var rows = new PhasedRows([.. texts.Zip(shares)], steps);
            var (phase, own) = (0, 0);
            for (var step = 0; step < steps + 3; step++)
            {
                var at = rows.PhaseOf(step);
                Assert.True(at >= phase);
                (own, phase) = (at == phase ? own : 0, at);
                Assert.Equal(texts[at].At(own++, batch).Inputs, rows.At(step, batch).Inputs);
            }
            var counts = Enumerable.Range(0, steps).GroupBy(rows.PhaseOf).ToDictionary(g => g.Key, g => g.Count());
            Assert.All(shares, (share, i) => Assert.Equal(steps * share / shares.Sum(), counts.GetValueOrDefault(i), 1.0));
        }, iter: 200, threads: 1);

    [Fact]
    public void What_was_read_by_a_step_is_what_its_phases_had_read_by_then()
    {
        var first = new TokenRows([.. Enumerable.Range(0, 41)], 4, 1);
        var second = new TokenRows([.. Enumerable.Range(100, 41)], 4, 1);
        var rows = new PhasedRows([(first, 1), (second, 1)], 8);
        Assert.Equal(first.ReadBy(3, 2), rows.ReadBy(3, 2));
        Assert.Equal([.. first.ReadBy(4, 2), .. second.ReadBy(2, 2)], rows.ReadBy(6, 2));
    }
}
