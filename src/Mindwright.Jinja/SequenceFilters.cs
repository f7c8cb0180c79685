namespace Mindwright.Jinja;

/// <summary>Jinja's filters of lists and mappings.</summary>
internal static class SequenceFilters
{
    public static void AddTo(Dictionary<string, Builtin> filters)
    {
        filters["length"] = filters["count"] = new("", (_, value, _) => value switch
        {
            JinjaText text => (long)text.CodePoints,
            Sequence sequence => sequence.Items.Count,
            Mapping mapping => mapping.Count,
            Undefined => 0L,
            _ => throw new JinjaError($"{Operators.TypeName(value)} has no length"),
        });
        Add("list", "", (_, items, _) => new Sequence([.. items]));
        Add("first", "", (_, items, _) => items.Count > 0 ? items[0] : new Undefined("there is no first element"));
        Add("last", "", (_, items, _) => items.Count > 0 ? items[^1] : new Undefined("there is no last element"));
        filters["reverse"] = new("", (runtime, value, _) => value is JinjaText
            ? StringMethods.Join(runtime, JinjaText.Empty, new Sequence([.. runtime.Iterate(value).Reverse()]))
            : new Sequence([.. runtime.Iterate(value).Reverse()]));
        filters["items"] = new("", (runtime, value, _) => value switch
        {
            Mapping mapping => CollectionMethods.Items(runtime, mapping),
            Undefined => new Sequence([]),
            _ => throw new JinjaError($"{Operators.TypeName(value)} has no items"),
        });
        Add("join", "d, attribute", (runtime, items, a) => StringMethods.Join(
            runtime, a[0] is { } separator ? runtime.Print(separator) : JinjaText.Empty,
            new Sequence([.. items.Select(item => (object)runtime.Print(Pick(runtime, item, a[1])))])));
        Add("map", "*", Map);
        Add("select", "*", (runtime, items, a) => Choose(runtime, items, a, false, true));
        Add("reject", "*", (runtime, items, a) => Choose(runtime, items, a, false, false));
        Add("selectattr", "*", (runtime, items, a) => Choose(runtime, items, a, true, true));
        Add("rejectattr", "*", (runtime, items, a) => Choose(runtime, items, a, true, false));
        Add("sum", "attribute, start", (runtime, items, a) =>
            items.Aggregate(a[1] ?? 0L, (sum, item) => Arithmetic.Apply(runtime, "+", sum, Pick(runtime, item, a[0]))));
        Add("sort", "reverse, case_sensitive, attribute", (runtime, items, a) => Sort(runtime, items, item => Pick(runtime, item, a[2]), a.Flag(1), a.Flag(0)));
        filters["dictsort"] = new("case_sensitive, by, reverse", (runtime, value, a) => value is Mapping mapping
            ? Sort(runtime, CollectionMethods.Items(runtime, mapping).Items,
                pair => ((Sequence)pair).Items[a.OptionalText(1, "by")?.Value == "value" ? 1 : 0], a.Flag(0), a.Flag(2))
            : throw new JinjaError($"dictsort takes a mapping, not {Operators.TypeName(value)}"));
        Add("min", "case_sensitive, attribute", (runtime, items, a) => Extreme(runtime, items, a, -1));
        Add("max", "case_sensitive, attribute", (runtime, items, a) => Extreme(runtime, items, a, 1));
        Add("unique", "case_sensitive, attribute", (runtime, items, a) =>
        {
            var seen = new Mapping();
            var unique = new List<object>();
            foreach (var item in items)
            {
                var key = Key(Pick(runtime, item, a[1]), a.Flag(0));
                if (seen.Contains(key))
                    continue;
                seen[key] = true;
                unique.Add(item);
            }
            return new Sequence(unique);
        });
        Add("batch", "linecount, fill_with", (_, items, a) =>
        {
            var size = Math.Max(1, a.Integer(0, "linecount", 1));
            var batches = items.Chunk(size).Select(batch => batch.ToList()).ToList();
            if (a[1] is { } fill && batches.Count > 0)
                while (batches[^1].Count < Math.Min(size, 100_000))
                    batches[^1].Add(fill);
            return new Sequence([.. batches.Select(batch => new Sequence(batch))]);
        });

        void Add(string name, string parameters, Func<Runtime, IReadOnlyList<object>, Arguments, object> run) =>
            filters[name] = new(parameters, (runtime, value, arguments) => run(runtime, runtime.Iterate(value), arguments));
    }

    private static object Pick(Runtime runtime, object item, object? attribute) =>
        attribute is null or None ? item : Members.Path(runtime, item, attribute);

    private static Sequence Map(Runtime runtime, IReadOnlyList<object> items, Arguments a)
    {
        if (a.Positional.Count == 0 && a.Named.TryGetValue("attribute", out var attribute))
            return new Sequence([.. items.Select(item =>
                Members.Path(runtime, item, attribute) is var value && value is Undefined && a.Named.TryGetValue("default", out var fallback) ? fallback : value)]);
        if (a.Positional.Count == 0 || a.Positional[0] is not JinjaText name || !Filters.All.TryGetValue(name.Value, out var filter))
            throw new JinjaError("map takes the name of a supported filter, or attribute=…");
        return new Sequence([.. items.Select(item => filter.Run(name.Value, runtime, item, a.Skip(1)))]);
    }

    private static Sequence Choose(Runtime runtime, IReadOnlyList<object> items, Arguments a, bool byAttribute, bool keep)
    {
        var attribute = byAttribute ? a.Required(0, "attribute") : null;
        if (byAttribute)
            a = a.Skip(1);
        if (a.Positional.Count == 0)
            return new Sequence([.. items.Where(item => Operators.IsTrue(Pick(runtime, item, attribute)) == keep)]);
        if (a.Positional[0] is not JinjaText name || !ValueTests.All.TryGetValue(name.Value, out var test))
            throw new JinjaError($"'{runtime.Print(a.Positional[0])}' is not the name of a supported test");
        var arguments = a.Skip(1);
        return new Sequence([.. items.Where(item =>
            Operators.IsTrue(test.Run(name.Value, runtime, Pick(runtime, item, attribute), arguments)) == keep)]);
    }

    private static Sequence Sort(Runtime runtime, IReadOnlyList<object> items, Func<object, object> key, bool caseSensitive, bool reverse)
    {
        runtime.PayItems(items.Count * Math.Log2(items.Count + 2));
        // Stable both ways, as Python's.
        var comparer = Comparer<object>.Create((x, y) => (reverse ? -1 : 1) * Operators.Compare(runtime, x, y));
        try
        {
            return new Sequence([.. items.OrderBy(item => Key(key(item), caseSensitive), comparer)]);
        }
        catch (InvalidOperationException e) when (e.InnerException is JinjaError error)
        {
            throw error;
        }
    }

    private static object Extreme(Runtime runtime, IReadOnlyList<object> items, Arguments a, int sign)
    {
        object best = new Undefined("there is no element");
        object? bestKey = null;
        foreach (var item in items)
        {
            var key = Key(Pick(runtime, item, a[1]), a.Flag(0));
            if (bestKey is not null && Operators.Compare(runtime, key, bestKey) * sign <= 0)
                continue;
            (best, bestKey) = (item, key);
        }
        return best;
    }

    private static object Key(object value, bool caseSensitive) =>
        value is JinjaText text && !caseSensitive ? text.With(text.Value.ToLowerInvariant()) : value;
}
