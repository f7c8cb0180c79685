namespace Mindwright.Jinja;

/// <summary>Attributes, elements and slices of values. There is nothing to find but what is listed here.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a method before an element, as in Jinja.</summary>
    public static object Attribute(Runtime runtime, object value, string name)
    {
        if (value is Undefined undefined)
            throw undefined.Error();
        return Method(runtime, value, name)
            ?? (value is Mapping mapping && mapping.TryGet(name, out var item) ? item : null)
            ?? Missing(value, name);
    }

    /// <summary><c>value[index]</c>: an element before a method.</summary>
    public static object Item(Runtime runtime, object value, object index)
    {
        switch (value)
        {
            case Undefined undefined:
                throw undefined.Error();
            case Mapping mapping when mapping.TryGet(index, out var item):
                return item;
            case Sequence sequence when Operators.Integer(index) is { } i:
                i += i < 0 ? sequence.Items.Count : 0;
                return i >= 0 && i < sequence.Items.Count ? sequence.Items[(int)i] : new Undefined("the list has no such element");
            case JinjaText text when Operators.Integer(index) is { } i:
                if (text.CodePoints != text.Length)
                    runtime.Pay(text);
                i += i < 0 ? text.CodePoints : 0;
                if (i < 0 || i >= text.CodePoints)
                    return new Undefined("the string has no such character");
                var at = text.IndexOf((int)i);
                return text.Slice(at, text.WidthAt(at));
            default:
                return index is JinjaText name ? Method(runtime, value, name.Value) ?? Missing(value, name.Value)
                    : new Undefined($"{Operators.TypeName(value)} has no such element");
        }
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static object Slice(Runtime runtime, object value, object? start, object? stop, object? step)
    {
        if (value is Undefined undefined)
            throw undefined.Error();
        runtime.Pay(value);
        var length = value switch
        {
            Sequence sequence => sequence.Items.Count,
            JinjaText text => text.CodePoints,
            _ => throw new JinjaError($"{Operators.TypeName(value)} cannot be sliced"),
        };
        var by = Bound(step) ?? 1;
        if (by == 0)
            throw new JinjaError("a slice's step is 0");
        var from = Clamp(Bound(start), by > 0 ? 0 : length - 1);
        var to = Clamp(Bound(stop), by > 0 ? length : -1);

        if (value is JinjaText whole && by == 1)
        {
            var (first, last) = (whole.IndexOf((int)from), whole.IndexOf((int)Math.Max(from, to)));
            return whole.Slice(first, last - first);
        }
        var items = runtime.Iterate(value);
        var picked = new List<object>();
        for (var i = from; by > 0 ? i < to : i > to; i += by)
            picked.Add(items[(int)i]);
        if (value is Sequence list)
            return new Sequence(picked, list.IsTuple);
        var result = new TextBuilder(runtime.Budget);
        foreach (var character in picked)
            result.Append((JinjaText)character);
        return result.ToText();

        long Clamp(long? bound, long fallback) => bound is not { } i ? fallback
            : Math.Clamp(i < 0 ? i + length : i, by > 0 ? 0 : -1, by > 0 ? length : length - 1);

        // Beyond any length is as good as the value itself, and cannot overflow.
        static long? Bound(object? value) => value is null or None ? null
            : Math.Clamp(Operators.Integer(value) ?? throw new JinjaError("a slice's bounds are not integers"), int.MinValue, int.MaxValue);
    }

    /// <summary>What <c>map(attribute='a.b.0')</c> and its like look up: dotted names and positions.</summary>
    public static object Path(Runtime runtime, object value, object path)
    {
        if (path is not JinjaText text)
            return Item(runtime, value, path);
        foreach (var part in text.Value.Split('.'))
            value = Item(runtime, value, long.TryParse(part, out var index) ? index : JinjaText.Untrusted(part));
        return value;
    }

    private static object? Method(Runtime runtime, object value, string name)
    {
        var method = value switch
        {
            JinjaText => StringMethods.All.GetValueOrDefault(name),
            Mapping => CollectionMethods.OfMappings.GetValueOrDefault(name),
            Sequence => CollectionMethods.OfLists.GetValueOrDefault(name),
            _ => null,
        };
        if (method is not null)
            return new Callable(name, arguments => method.Run(name, runtime, value, arguments));
        return value switch
        {
            Namespace space => space.Items.GetValueOrDefault(name),
            LoopState loop => loop.Attribute(runtime, name),
            Callable { Name: var own } when name == "name" => JinjaText.Trusted(own),
            _ => null,
        };
    }

    private static Undefined Missing(object value, string name) => new($"{Operators.TypeName(value)} has no attribute '{name}'");
}
