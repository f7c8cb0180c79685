using System.Diagnostics.CodeAnalysis;

namespace Mindwright.Jinja;

// A value is one of: None, Undefined, bool, long, double, JinjaText, Sequence, Mapping, Namespace, LoopState, Callable.
// There are no others, and none of them leads anywhere outside the template's inputs.

internal sealed class None
{
    public static readonly None Value = new();
}

/// <summary>What a missing variable, attribute or element gives: empty when printed, an error when used.</summary>
/// <param name="what">What is missing, for the message.</param>
internal sealed class Undefined(string what)
{
    public JinjaError Error() => new(what);
}

internal sealed class Sequence(List<object> items, bool isTuple = false)
{
    public List<object> Items { get; } = items;

    public bool IsTuple { get; } = isTuple;
}

internal sealed class Mapping
{
    private readonly OrderedDictionary<object, object> _items = new(KeyComparer.Instance);

    public int Count => _items.Count;

    public IEnumerable<KeyValuePair<object, object>> Items => _items;

    public object this[object key]
    {
        set => _items[Checked(key)] = value;
    }

    public bool TryGet(object key, [MaybeNullWhen(false)] out object value) => _items.TryGetValue(Checked(key), out value);

    public bool TryGet(string key, [MaybeNullWhen(false)] out object value) => _items.TryGetValue(JinjaText.Trusted(key), out value);

    public bool Contains(object key) => _items.ContainsKey(Checked(key));

    public bool Remove(object key, [MaybeNullWhen(false)] out object value) => _items.Remove(Checked(key), out value);

    private static object Checked(object key) => key is JinjaText or long or double or bool or None
        ? key
        : throw new JinjaError($"a key is a string, number, boolean or none, not {Operators.TypeName(key)}");

    /// <summary>Python's keys: 1, 1.0 and true are the same.</summary>
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? x, object? y) =>
            x is JinjaText or None || y is JinjaText or None ? object.Equals(x, y) : Operators.Number(x!) == Operators.Number(y!);

        public int GetHashCode(object key) => key is JinjaText or None ? key.GetHashCode() : Operators.Number(key).GetHashCode();
    }
}

/// <summary>What <c>namespace()</c> makes: variables that can be set from inside loops.</summary>
internal sealed class Namespace
{
    public Dictionary<string, object> Items { get; } = [];
}

/// <summary>A macro, function or bound method.</summary>
internal sealed class Callable(string name, Func<Arguments, object> run)
{
    public string Name { get; } = name;

    public object Call(Arguments arguments) => run(arguments);
}
