using Mindwright.Data;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Sft;

/// <summary>
/// Conversations packed into rows by <see cref="BestFitPacker"/>, and read in an order shuffled anew each epoch. A token attends only within
/// its conversation; only what the assistant writes counts in the loss.
/// </summary>
internal sealed class ConversationRows
{
    private readonly ChatTokens[] _conversations;
    private readonly List<List<Piece>> _rows;
    private readonly RowOrder _order;
    private readonly int _time;

    /// <summary>Packs conversations.</summary>
    /// <param name="conversations">Ids and masks; one longer than a row is cut at its end.</param>
    /// <param name="time">Tokens in a row, T.</param>
    /// <param name="seed">Decides what is packed together, and the order.</param>
    /// <param name="pack">False gives every conversation a row of its own.</param>
    /// <exception cref="InvalidDataException">There is no conversation with anything to learn.</exception>
    public ConversationRows(IReadOnlyList<ChatTokens> conversations, int time, int seed, bool pack = true)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        _time = time;
        _conversations = [.. conversations.Where(c => c.IsTarget.Take(time + 1).Any(target => target))];
        if (_conversations.Length == 0)
            throw new InvalidDataException("no conversation holds anything that the assistant says");
        new Random(seed).Shuffle(_conversations);
        // The last token of a conversation is only a target, so it takes one place less than it has tokens.
        Piece[] pieces = [.. _conversations.Select((c, i) => new Piece(i, 0, Math.Min(time, c.Ids.Length - 1)))];
        _rows = pack ? BestFitPacker.Pack(pieces, time) : [.. pieces.Select(piece => new List<Piece> { piece })];
        _order = new RowOrder(_rows.Count, seed);
    }

    /// <summary>Rows in one epoch.</summary>
    public int Count => _rows.Count;

    /// <summary>The rows of a step.</summary>
    public TokenBatch At(int step, int rows)
    {
        var inputs = new long[rows * _time];
        var targets = new long[rows * _time];
        var weights = new float[rows * _time];
        var segments = new long[rows * _time];
        for (var row = 0; row < rows; row++)
        {
            var at = row * _time;
            var end = at + _time;
            var segment = 0;
            foreach (var piece in _rows[_order[(long)step * rows + row]])
            {
                var conversation = _conversations[piece.Document];
                for (var t = 0; t < piece.Length; t++, at++)
                {
                    inputs[at] = conversation.Ids[t];
                    targets[at] = conversation.Ids[t + 1];
                    weights[at] = conversation.IsTarget[t + 1] ? 1 : 0;
                    segments[at] = segment;
                }
                segment++;
            }
            for (; at < end; at++)
                segments[at] = segment; // padding attends to padding, and counts for nothing
        }
        return new TokenBatch(rows, inputs, targets, weights, segments);
    }
}
