using System.Globalization;

namespace Mindwright.Jinja;

/// <summary>The functions that every template sees: Jinja's, and the two that Hugging Face adds.</summary>
internal static class Globals
{
    // Jinja's sandbox has the same limit.
    private const int MaxRange = 100_000;

    public static Scope Scope(Runtime runtime)
    {
        var scope = new Scope(null);
        Add("range", Range);
        Add("namespace", arguments =>
        {
            var space = new Namespace();
            foreach (var (key, value) in Pairs(runtime, arguments))
                space.Items[runtime.Print(key).Value] = value;
            return space;
        });
        Add("dict", arguments =>
        {
            var mapping = new Mapping();
            foreach (var (key, value) in Pairs(runtime, arguments))
                mapping[key] = value;
            return mapping;
        });
        Add("cycler", arguments => Cycler([.. arguments.Positional]));
        Add("joiner", arguments =>
        {
            var separator = arguments.Bind("joiner", ["sep"])[0] ?? JinjaText.Trusted(", ");
            var used = false;
            return new Callable("joiner", _ =>
            {
                var first = !used;
                used = true;
                return first ? JinjaText.Empty : separator;
            });
        });
        Add("raise_exception", arguments =>
            throw new JinjaError("the template refuses: " + runtime.Print(arguments.Bind("raise_exception", ["message"]).Required(0, "message"))));
        Add("strftime_now", arguments =>
        {
            var format = arguments.Bind("strftime_now", ["format"]).Text(0, "format");
            var text = Strftime.Format(runtime.Clock.GetLocalNow(), format.Value);
            return format.IsAllTrusted ? JinjaText.Trusted(text) : JinjaText.Untrusted(text);
        });
        return scope;

        void Add(string name, Func<Arguments, object> run) => scope.Set(name, new Callable(name, run));

        object Range(Arguments arguments)
        {
            var bounds = arguments.Positional.Select(bound => Operators.Integer(bound)
                ?? throw new JinjaError($"range takes integers, not {Operators.TypeName(bound)}")).ToList();
            var (start, stop, step) = bounds.Count switch
            {
                1 => (0, bounds[0], 1),
                2 => (bounds[0], bounds[1], 1),
                3 when bounds[2] != 0 => (bounds[0], bounds[1], bounds[2]),
                _ => throw new JinjaError("range takes a stop, or a start and a stop, or those and a step other than 0"),
            };
            var count = Math.Max(0, Math.Ceiling(((double)stop - start) / step));
            if (count > MaxRange)
                throw new JinjaError(string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop}) is longer than {MaxRange}"));
            runtime.PayItems(count);
            var items = new List<object>((int)count);
            for (var i = 0; i < (int)count; i++)
                items.Add(start + i * step);
            return new Sequence(items);
        }
    }

    // What dict() and namespace() are made of: a mapping or pairs, then arguments by name.
    private static IEnumerable<(object Key, object Value)> Pairs(Runtime runtime, Arguments arguments)
    {
        foreach (var source in arguments.Positional)
        {
            if (source is Mapping mapping)
                foreach (var (key, value) in mapping.Items)
                    yield return (key, value);
            else
                foreach (var pair in runtime.Iterate(source))
                    yield return runtime.Iterate(pair) is [var key, var value] ? (key, value) : throw new JinjaError("a pair of key and value is expected");
        }
        foreach (var (key, value) in arguments.Named)
            yield return (JinjaText.Untrusted(key), value); // after ** the name may come from anywhere
    }

    private static Namespace Cycler(List<object> items)
    {
        if (items.Count == 0)
            throw new JinjaError("cycler needs values");
        var space = new Namespace();
        var at = 0;
        space.Items["current"] = items[0];
        space.Items["next"] = new Callable("next", _ =>
        {
            var value = items[at];
            at = (at + 1) % items.Count;
            space.Items["current"] = items[at];
            return value;
        });
        space.Items["reset"] = new Callable("reset", _ =>
        {
            at = 0;
            space.Items["current"] = items[0];
            return None.Value;
        });
        return space;
    }
}
