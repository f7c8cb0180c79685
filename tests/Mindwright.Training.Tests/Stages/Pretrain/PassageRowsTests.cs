using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Stages.Pretrain;

/// <summary>Passages of which only what is asked for counts.</summary>
public sealed class PassageRowsTests
{
    [Fact]
    public void An_epoch_reads_each_passage_once_and_weighs_exactly_what_is_asked_for()
    {
        Passage[] passages = [.. Enumerable.Range(1, 9).Select(i => new Passage([.. Enumerable.Range(10 * i, 3 + i % 4)], 1 + i % 3))];
        using var rows = new PassageRows(passages, 8, 1);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var batch = rows.At(epoch, passages.Length);
            var asked = batch.Targets.Where((_, i) => batch.Weights![i] == 1).Select(id => (int)id).Order();
            Assert.Equal(passages.SelectMany(p => p.Tokens[p.Given..]).Order(), asked);
            Assert.Equal(passages.Select(p => p.Tokens[0]), batch.Inputs.Chunk(batch.Time).Select(row => (int)row[0]).Order());
        }
    }

    [Fact]
    public void A_passage_that_a_row_cannot_hold_is_refused() =>
        Assert.Throws<InvalidDataException>(() => new PassageRows([new([1, 2, 3, 4], 1)], 2, 1));
}
