namespace Mindwright.Jinja;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopState(IReadOnlyList<object> items, int depth, Callable? recurse)
{
    private object? _lastChanged;

    public int Index { get; set; }

    public Callable? Recurse => recurse;

    public object? Attribute(Runtime runtime, string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)items.Count - Index,
        "revindex0" => (long)items.Count - Index - 1,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => depth + 1L,
        "depth0" => (long)depth,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
        "cycle" => new Callable("cycle", arguments => arguments.Positional.Count > 0
            ? arguments.Positional[Index % arguments.Positional.Count]
            : throw new JinjaError("loop.cycle needs values")),
        "changed" => new Callable("changed", arguments =>
        {
            var value = new Sequence([.. arguments.Positional], isTuple: true);
            var changed = _lastChanged is null || !Operators.AreEqual(runtime, _lastChanged, value);
            _lastChanged = value;
            return changed;
        }),
        _ => null,
    };
}
