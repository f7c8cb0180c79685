using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>
/// Text as one stream of tokens, cut into rows, and read in an order shuffled anew each pass. Which rows a step gets follows from
/// the seed and the step alone.
/// </summary>
public sealed class TokenRows : IRows
{
    private readonly int[] _tokens;
    private readonly int _time;
    private readonly RowOrder _order;

    /// <summary>Cuts a stream of tokens into rows.</summary>
    /// <param name="tokens">Documents, each preceded by the end-of-text token.</param>
    /// <param name="time">Tokens in a row, T.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="InvalidDataException">There are too few tokens for one row.</exception>
    public TokenRows(int[] tokens, int time, int seed)
    {
        if (tokens.Length <= time)
            throw new InvalidDataException($"the text has {tokens.Length} tokens; a row needs {time + 1}: bring more text, or lower pretrain.row");
        _tokens = tokens;
        _time = time;
        Count = (tokens.Length - 1) / time;
        _order = new RowOrder(Count, seed);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Batch At(int step, int rows)
    {
        var inputs = new long[rows * _time];
        var targets = new long[rows * _time];
        for (var row = 0; row < rows; row++)
        {
            var start = _order[(long)step * rows + row] * _time;
            for (var t = 0; t < _time; t++)
            {
                inputs[row * _time + t] = _tokens[start + t];
                targets[row * _time + t] = _tokens[start + t + 1];
            }
        }
        return new Batch(rows, inputs, targets);
    }

    /// <inheritdoc/>
    public int[] ReadBy(int steps, int rows)
    {
        var read = (long)steps * rows;
        if (read >= Count)
            return _tokens;
        var starts = _order.Pass(0).Take((int)read).Order().ToArray();
        var tokens = new int[starts.Length * _time];
        for (var i = 0; i < starts.Length; i++)
            Array.Copy(_tokens, starts[i] * _time, tokens, i * _time, _time);
        return tokens;
    }
}
