using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>Passages, one a row, of which only what is asked for counts in the loss; read in an order shuffled anew each epoch.</summary>
internal sealed class PassageRows : IRows
{
    private readonly IReadOnlyList<Passage> _passages;
    private readonly RowOrder _order;
    private readonly int _time;

    /// <summary>Makes rows as long as the longest passage needs.</summary>
    /// <param name="passages">The passages.</param>
    /// <param name="time">Tokens that a row may have, T.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="InvalidDataException">A passage is longer than a row.</exception>
    public PassageRows(IReadOnlyList<Passage> passages, int time, int seed)
    {
        _passages = passages;
        _order = new RowOrder(passages.Count, seed);
        _time = passages.Max(p => p.Tokens.Length) - 1;
        if (_time > time)
            throw new InvalidDataException($"the longest document has {_time + 1} tokens; a row has room for {time}: raise pretrain.sequence_length, or shorten it");
    }

    /// <inheritdoc/>
    public int Count => _passages.Count;

    /// <inheritdoc/>
    public TokenBatch At(int step, int rows)
    {
        var inputs = new long[rows * _time];
        var targets = new long[rows * _time];
        var weights = new float[rows * _time]; // 0 where a short row is filled up: what comes after its end changes nothing before it
        for (var row = 0; row < rows; row++)
        {
            var (tokens, given) = _passages[_order[(long)step * rows + row]];
            for (var t = 0; t < tokens.Length - 1; t++)
            {
                inputs[row * _time + t] = tokens[t];
                targets[row * _time + t] = tokens[t + 1];
                weights[row * _time + t] = t + 1 >= given ? 1 : 0;
            }
        }
        return new TokenBatch(rows, inputs, targets, weights);
    }

    /// <inheritdoc/>
    public int[] ReadBy(int steps, int rows) =>
        [.. _order.Epoch(0).Take((int)Math.Min(Count, (long)steps * rows)).Order().SelectMany(i => _passages[i].Tokens)];

    /// <inheritdoc/>
    public void Dispose()
    {
        // Passages lie in memory.
    }
}
