using Mindwright.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Keys and values of every layer for a number of slots, <c>[slots, capacity + 1, G, D]</c> each.</summary>
internal sealed class KeyValueCache : IKeyValueCache
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly int[] _lengths;

    public KeyValueCache(ModelConfig config, int slots, int capacity, Device device, ScalarType type)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, config.ContextLength);
        Capacity = capacity;
        _lengths = new int[slots];
        // The last column takes what a shorter input is padded with; nothing ever attends to it.
        Tensor New() => zeros([slots, capacity + 1, config.KeyValueHeads, config.HeadSize], type, device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => New())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => New())];
    }

    public int Slots => _lengths.Length;

    public int Capacity { get; }

    public int Length(int slot) => _lengths[slot];

    public void Truncate(int slot, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _lengths[slot]);
        _lengths[slot] = length;
    }

    public void Copy(int from, int to)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var length = _lengths[from];
        foreach (var tensor in _keys.Concat(_values))
            tensor[to].narrow(0, 0, length).copy_(tensor[from].narrow(0, 0, length));
        _lengths[to] = length;
    }

    /// <summary>Plans one step: where the new tokens of each input go, and what each may attend to.</summary>
    /// <param name="inputs">The slots and their new tokens.</param>
    /// <param name="device">Where the model lives.</param>
    /// <returns>The tokens, padded at the right with 0, <c>[n, T]</c> int64, and the step.</returns>
    public (Tensor Tokens, CacheStep Step) Plan(IReadOnlyList<SlotInput> inputs, Device device)
    {
        var count = inputs.Count;
        var time = inputs.Max(i => i.Tokens.Length);
        var tokens = new long[count * time];
        var columns = new long[count * time]; // where keys are written: padding goes to the spare column
        var positions = new long[count * time];
        var (rows, slots, starts) = (new long[count], new int[count], new int[count]);
        var span = 0;
        var seen = new HashSet<int>();
        for (var n = 0; n < count; n++)
        {
            var (slot, given) = inputs[n];
            if (given.IsEmpty)
                throw new ArgumentException($"slot {slot} receives no token", nameof(inputs));
            if (!seen.Add(slot))
                throw new ArgumentException($"slot {slot} appears twice", nameof(inputs));
            var length = _lengths[slot] + given.Length;
            if (length > Capacity)
                throw new ArgumentException($"slot {slot} would hold {length} tokens; its capacity is {Capacity}", nameof(inputs));
            (rows[n], slots[n], starts[n]) = (slot, slot, _lengths[slot]);
            span = Math.Max(span, length);
            for (var t = 0; t < time; t++)
            {
                var isPadding = t >= given.Length;
                tokens[n * time + t] = isPadding ? 0 : given.Span[t];
                columns[n * time + t] = isPadding ? Capacity : _lengths[slot] + t;
                positions[n * time + t] = isPadding ? 0 : _lengths[slot] + t;
            }
        }
        var isAll = count == Slots && rows.Select((slot, n) => slot == n).All(same => same);
        var at = tensor(positions, [count, time], device: device); // [n, T]
        var mask = arange(span, ScalarType.Int64, device).view(1, 1, 1, span) <= at.view(count, 1, time, 1); // [n, 1, T, span]
        foreach (var (slot, given) in inputs)
            _lengths[slot] += given.Length;
        var step = new CacheStep(
            this, isAll ? null : tensor(rows, device: device), tensor(rows, device: device).unsqueeze(1), tensor(columns, [count, time], device: device), at, mask, span,
            slots, starts);
        return (tensor(tokens, [count, time], device: device), step);
    }

    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values, CacheStep step)
    {
        return (Write(_keys[layer], keys), Write(_values[layer], values));

        Tensor Write(Tensor cache, Tensor fresh)
        {
            cache.index_put_(fresh, TensorIndex.Tensor(step.RowColumn), TensorIndex.Tensor(step.Columns));
            var past = cache.narrow(1, 0, step.Span); // [slots, span, G, D]
            return step.Rows is null ? past : past.index_select(0, step.Rows); // [n, span, G, D]
        }
    }

    internal Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values, CacheStep step) =>
        DecodeAttentionKernel.Run(queries, keys, values, _keys[layer], _values[layer], step.Slots, step.Starts);

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
            tensor.Dispose();
    }
}

/// <summary>One step over a cache.</summary>
/// <param name="Owner">The cache.</param>
/// <param name="Rows">The slots <c>[n]</c>; null where they are all of them, in order.</param>
/// <param name="RowColumn">The slots <c>[n, 1]</c>.</param>
/// <param name="Columns">Where each new token's key goes, <c>[n, T]</c>.</param>
/// <param name="Positions">Positions of the new tokens, <c>[n, T]</c>.</param>
/// <param name="Mask">What each may attend to, <c>[n, 1, T, span]</c>.</param>
/// <param name="Span">The longest slot's length after the step.</param>
/// <param name="Slots">The slots <c>[n]</c>.</param>
/// <param name="Starts">What each held before the step <c>[n]</c>.</param>
internal sealed record CacheStep(
    KeyValueCache Owner, Tensor? Rows, Tensor RowColumn, Tensor Columns, Tensor Positions, Tensor Mask, int Span, int[] Slots, int[] Starts)
{
    /// <summary>Adds one token's keys and values a slot to the cache, and attends over all of the slot's: <c>[n, 1, H·D]</c>.</summary>
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values) => Owner.Attend(layer, queries, keys, values, this);

    /// <summary>Adds keys and values to the cache; returns those of the slots, padded to the longest.</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values) => Owner.Append(layer, keys, values, this);
}
