using Mindwright.Inference;
using Mindwright.Inference.Files;
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
        var (slots, starts) = (new int[count], new int[count]);
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
            (slots[n], starts[n]) = (slot, _lengths[slot]);
            span = Math.Max(span, length);
            for (var t = 0; t < time; t++)
            {
                var isPadding = t >= given.Length;
                tokens[n * time + t] = isPadding ? 0 : given.Span[t];
                columns[n * time + t] = isPadding ? Capacity : _lengths[slot] + t;
                positions[n * time + t] = isPadding ? 0 : _lengths[slot] + t;
            }
        }
        var at = tensor(positions, [count, time], device: device); // [n, T]
        foreach (var (slot, given) in inputs)
            _lengths[slot] += given.Length;
        return (tensor(tokens, [count, time], device: device), new CacheStep(this, slots, starts, at, columns, span));
    }

    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values, CacheStep step)
    {
        return (Write(_keys[layer], keys), Write(_values[layer], values));

        Tensor Write(Tensor cache, Tensor fresh)
        {
            cache.index_put_(fresh, TensorIndex.Tensor(step.Rows.unsqueeze(1)), TensorIndex.Tensor(step.Columns));
            var past = cache.narrow(1, 0, step.Span); // [slots, span, G, D]
            return step.IsAll ? past : past.index_select(0, step.Rows); // [n, span, G, D]
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

/// <summary>One step over a cache. What only steps of several tokens need is made when it is first asked for.</summary>
/// <param name="owner">The cache.</param>
/// <param name="slots">The slots <c>[n]</c>.</param>
/// <param name="starts">What each held before the step <c>[n]</c>.</param>
/// <param name="positions">Positions of the new tokens, <c>[n, T]</c>.</param>
/// <param name="columns">Where each new token's key goes, <c>[n · T]</c>.</param>
/// <param name="span">The longest slot's length after the step.</param>
internal sealed class CacheStep(KeyValueCache owner, int[] slots, int[] starts, Tensor positions, long[] columns, int span)
{
    private readonly LazyTensor _rows = new(() => tensor(slots, ScalarType.Int64, positions.device));
    private readonly LazyTensor _columns = new(() => tensor(columns, positions.shape, device: positions.device));
    private bool? _isAll;

    /// <summary>What each slot held before the step <c>[n]</c>.</summary>
    public int[] Starts => starts;

    /// <summary>The slots <c>[n]</c>.</summary>
    public int[] Slots => slots;

    /// <summary>Positions of the new tokens, <c>[n, T]</c> int64.</summary>
    public Tensor Positions => positions;

    /// <summary>The longest slot's length after the step.</summary>
    public int Span => span;

    /// <summary>Whether the slots are all of the cache's, in order.</summary>
    public bool IsAll => _isAll ??= slots.Length == owner.Slots && slots.Select((slot, n) => slot == n).All(same => same);

    /// <summary>The slots <c>[n]</c> int64.</summary>
    public Tensor Rows => _rows.Value;

    /// <summary>Where each new token's key goes, <c>[n, T]</c> int64.</summary>
    public Tensor Columns => _columns.Value;

    /// <summary>Makes the mask of what each may attend to, <c>[n, 1, T, span]</c>.</summary>
    public Tensor Mask() => arange(span, ScalarType.Int64, positions.device).view(1, 1, 1, span) <= positions.unsqueeze(1).unsqueeze(3);

    /// <summary>Adds one token's keys and values a slot to the cache, and attends over all of the slot's: <c>[n, 1, H·D]</c>.</summary>
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values) => owner.Attend(layer, queries, keys, values, this);

    /// <summary>Adds keys and values to the cache; returns those of the slots, padded to the longest.</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values) => owner.Append(layer, keys, values, this);
}
