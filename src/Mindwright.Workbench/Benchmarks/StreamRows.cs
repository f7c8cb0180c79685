using Mindwright.Training.Loop;

namespace Mindwright.Workbench.Benchmarks;

/// <summary>One long text as a stream of tokens, cut into windows that are read in an order shuffled anew each epoch, as nanoGPT's comparison wants it.</summary>
internal sealed class StreamRows
{
    private readonly int[] _tokens;
    private readonly int _time;
    private readonly RowOrder _order;

    /// <summary>Cuts a stream of tokens into windows.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="time">Tokens in a window, T.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="InvalidDataException">There are too few tokens for one window.</exception>
    public StreamRows(int[] tokens, int time, int seed)
    {
        if (tokens.Length <= time)
            throw new InvalidDataException($"the text has {tokens.Length} tokens; a row needs {time + 1}: bring more text, or lower pretrain.sequence_length");
        (_tokens, _time) = (tokens, time);
        Count = (tokens.Length - 1) / time;
        _order = new RowOrder(Count, seed);
    }

    /// <summary>Windows in one epoch.</summary>
    public int Count { get; }

    /// <summary>The windows of a step.</summary>
    public TokenBatch At(int step, int rows)
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
        return new TokenBatch(rows, inputs, targets);
    }
}
