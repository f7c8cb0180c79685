using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Sft;

/// <summary>
/// Conversations packed into rows, each fitted into the fullest row that still has room, and read in an order shuffled anew each pass.
/// A token attends only within its conversation; only what the assistant writes counts in the loss.
/// </summary>
public sealed class ConversationRows
{
    private readonly List<List<ChatTokens>> _rows = [];
    private readonly int _time;
    private readonly int _seed;
    private int _pass = -1;
    private int[] _order = [];

    /// <summary>Packs conversations.</summary>
    /// <param name="conversations">Ids and masks; one longer than a row is cut at its end.</param>
    /// <param name="time">Tokens in a row, T.</param>
    /// <param name="seed">Decides what is packed together, and the order.</param>
    /// <param name="pack">False gives every conversation a row of its own.</param>
    /// <exception cref="InvalidDataException">There is no conversation with anything to learn.</exception>
    public ConversationRows(IReadOnlyList<ChatTokens> conversations, int time, int seed, bool pack = true)
    {
        _time = time;
        _seed = seed;
        // A row of T inputs holds conversations of T tokens in all: the last token of each is only a target.
        var shuffled = conversations.Where(c => c.IsTarget.Take(time + 1).Any(target => target)).ToArray();
        if (shuffled.Length == 0)
            throw new InvalidDataException("no conversation holds anything that the assistant says");
        new Random(seed).Shuffle(shuffled);
        var open = new SortedDictionary<int, Stack<int>>(); // room left → rows with that room
        foreach (var conversation in shuffled)
        {
            var length = Math.Min(time, conversation.Ids.Length - 1);
            var fit = pack ? open.Where(o => o.Key >= length).Select(o => (int?)o.Key).FirstOrDefault() : null;
            int row;
            int room;
            if (fit is { } found)
            {
                row = open[found].Pop();
                if (open[found].Count == 0)
                    open.Remove(found);
                room = found - length;
            }
            else
            {
                row = _rows.Count;
                _rows.Add([]);
                room = time - length;
            }
            _rows[row].Add(conversation);
            if (room > 8)
            {
                if (!open.TryGetValue(room, out var rows))
                    open.Add(room, rows = new Stack<int>());
                rows.Push(row);
            }
        }
    }

    /// <summary>Rows in one pass.</summary>
    public int Count => _rows.Count;

    /// <summary>The rows of a step.</summary>
    public Batch At(int step, int rows)
    {
        var inputs = new long[rows * _time];
        var targets = new long[rows * _time];
        var weights = new float[rows * _time];
        var segments = new long[rows * _time];
        for (var row = 0; row < rows; row++)
        {
            var number = (long)step * rows + row;
            var at = row * _time;
            var end = at + _time;
            var segment = 0;
            foreach (var conversation in _rows[Order((int)(number / Count))[(int)(number % Count)]])
            {
                var ids = conversation.Ids;
                for (var t = 0; t + 1 < ids.Length && at < end; t++, at++)
                {
                    inputs[at] = ids[t];
                    targets[at] = ids[t + 1];
                    weights[at] = conversation.IsTarget[t + 1] ? 1 : 0;
                    segments[at] = segment;
                }
                segment++;
            }
            for (; at < end; at++)
                segments[at] = segment; // padding attends to padding, and counts for nothing
        }
        return new Batch(rows, inputs, targets, weights, segments);
    }

    private int[] Order(int pass)
    {
        if (pass != _pass)
        {
            _order = [.. Enumerable.Range(0, Count)];
            new Random(unchecked((_seed * 486187739) + pass)).Shuffle(_order);
            _pass = pass;
        }
        return _order;
    }
}
