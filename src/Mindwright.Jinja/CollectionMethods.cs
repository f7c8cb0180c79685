namespace Mindwright.Jinja;

/// <summary>The methods of Python's dictionaries and lists. Those that change them change a copy of the input.</summary>
internal static class CollectionMethods
{
    public static readonly Dictionary<string, Builtin> OfMappings = new()
    {
        ["items"] = new("", (runtime, self, _) => Items(runtime, (Mapping)self)),
        ["keys"] = new("", (_, self, _) => new Sequence([.. ((Mapping)self).Items.Select(pair => pair.Key)])),
        ["values"] = new("", (_, self, _) => new Sequence([.. ((Mapping)self).Items.Select(pair => pair.Value)])),
        ["get"] = new("key, default", (_, self, a) => ((Mapping)self).TryGet(a.Required(0, "key"), out var value) ? value : a[1] ?? None.Value),
        ["copy"] = new("", (_, self, _) => Copy((Mapping)self)),
        ["update"] = new("*", (runtime, self, a) =>
        {
            foreach (var source in a.Positional)
                foreach (var (key, value) in source is Mapping mapping ? mapping.Items : throw new JinjaError("update takes a mapping"))
                    ((Mapping)self)[key] = value;
            foreach (var (key, value) in a.Named)
                ((Mapping)self)[JinjaText.Untrusted(key)] = value;
            return None.Value;
        }),
        ["pop"] = new("key, default", (_, self, a) => ((Mapping)self).Remove(a.Required(0, "key"), out var value)
            ? value : a[1] ?? throw new JinjaError("pop: there is no such key")),
    };

    public static readonly Dictionary<string, Builtin> OfLists = new()
    {
        ["append"] = new("object", (_, self, a) => Change(self, items => items.Add(a.Required(0, "object")))),
        ["extend"] = new("iterable", (runtime, self, a) => Change(self, items => items.AddRange(runtime.Iterate(a.Required(0, "iterable"))))),
        ["insert"] = new("index, object", (_, self, a) => Change(self, items =>
        {
            var index = a.Integer(0, "index", 0);
            items.Insert(Math.Clamp(index < 0 ? index + items.Count : index, 0, items.Count), a.Required(1, "object"));
        })),
        ["pop"] = new("index", (_, self, a) =>
        {
            var index = a.Integer(0, "index", -1);
            object? popped = null;
            Change(self, items =>
            {
                index += index < 0 ? items.Count : 0;
                popped = index >= 0 && index < items.Count ? items[index] : throw new JinjaError("pop: the list has no such element");
                items.RemoveAt(index);
            });
            return popped!;
        }),
        ["index"] = new("value", (runtime, self, a) => ((Sequence)self).Items.FindIndex(item => Operators.AreEqual(runtime, item, a.Required(0, "value"))) is var at and >= 0
            ? (long)at : throw new JinjaError("index: the list does not contain that")),
        ["count"] = new("value", (runtime, self, a) => ((Sequence)self).Items.LongCount(item => Operators.AreEqual(runtime, item, a.Required(0, "value")))),
        ["copy"] = new("", (_, self, _) => new Sequence([.. ((Sequence)self).Items])),
    };

    public static Sequence Items(Runtime runtime, Mapping mapping)
    {
        runtime.PayItems(mapping.Count);
        return new Sequence([.. mapping.Items.Select(pair => new Sequence([pair.Key, pair.Value], isTuple: true))]);
    }

    private static Mapping Copy(Mapping mapping)
    {
        var copy = new Mapping();
        foreach (var (key, value) in mapping.Items)
            copy[key] = value;
        return copy;
    }

    private static None Change(object self, Action<List<object>> change)
    {
        if (self is Sequence { IsTuple: true })
            throw new JinjaError("a tuple cannot be changed");
        change(((Sequence)self).Items);
        return None.Value;
    }
}
