namespace Mindwright.Jinja;

/// <summary>Truth, equality and order of values, as Python has them.</summary>
internal static class Operators
{
    public static string TypeName(object value) => value switch
    {
        None => "none",
        Undefined => "undefined",
        bool => "a boolean",
        long => "an integer",
        double => "a float",
        JinjaText => "a string",
        Sequence { IsTuple: true } => "a tuple",
        Sequence => "a list",
        Mapping => "a mapping",
        Namespace => "a namespace",
        LoopState => "a loop",
        _ => "a function",
    };

    public static bool IsTrue(object value) => value switch
    {
        bool b => b,
        long i => i != 0,
        double d => d != 0,
        JinjaText text => text.Length > 0,
        Sequence sequence => sequence.Items.Count > 0,
        Mapping mapping => mapping.Count > 0,
        None or Undefined => false,
        _ => true,
    };

    public static bool IsNumber(object value) => value is long or double or bool;

    /// <summary>A number as a double; for dictionary keys and mixed arithmetic.</summary>
    public static double Number(object value) => value switch
    {
        long i => i,
        bool b => b ? 1 : 0,
        double d => d,
        _ => throw new JinjaError($"{TypeName(value)} stands where a number should"),
    };

    /// <summary>An integer or boolean as an integer, else null.</summary>
    public static long? Integer(object value) => value switch
    {
        long i => i,
        bool b => b ? 1 : 0,
        _ => null,
    };

    public static bool AreEqual(Runtime runtime, object a, object b)
    {
        runtime.Budget.Enter();
        var equal = (a, b) switch
        {
            (JinjaText x, JinjaText y) => SameText(x, y),
            (Sequence x, Sequence y) => x.IsTuple == y.IsTuple && x.Items.Count == y.Items.Count && SameItems(x.Items, y.Items),
            (Mapping x, Mapping y) => x.Count == y.Count
                && x.Items.All(pair => y.TryGet(pair.Key, out var other) && AreEqual(runtime, pair.Value, other)),
            (Undefined, Undefined) => true,
            _ when Integer(a) is { } x && Integer(b) is { } y => x == y,
            _ when IsNumber(a) && IsNumber(b) => Number(a) == Number(b),
            _ => ReferenceEquals(a, b),
        };
        runtime.Budget.Leave();
        return equal;

        bool SameText(JinjaText x, JinjaText y)
        {
            if (x.Length != y.Length)
                return false;
            runtime.Pay(x);
            return x.Equals(y);
        }

        bool SameItems(List<object> x, List<object> y)
        {
            for (var i = 0; i < x.Count; i++)
                if (!AreEqual(runtime, x[i], y[i]))
                    return false;
            return true;
        }
    }

    /// <summary>Negative, zero or positive; an error where the two have no order.</summary>
    public static int Compare(Runtime runtime, object a, object b)
    {
        if (a is Undefined undefined || (undefined = (b as Undefined)!) is not null)
            throw undefined.Error();
        if (Integer(a) is { } i && Integer(b) is { } j)
            return i.CompareTo(j);
        if (IsNumber(a) && IsNumber(b))
            return Number(a).CompareTo(Number(b));
        if (a is JinjaText x && b is JinjaText y)
        {
            runtime.Pay(x);
            return string.CompareOrdinal(x.Value, y.Value);
        }
        if (a is Sequence s && b is Sequence t && s.IsTuple == t.IsTuple)
        {
            runtime.Budget.Enter();
            var order = 0;
            for (var k = 0; k < Math.Min(s.Items.Count, t.Items.Count) && order == 0; k++)
                order = AreEqual(runtime, s.Items[k], t.Items[k]) ? 0 : Compare(runtime, s.Items[k], t.Items[k]);
            runtime.Budget.Leave();
            return order != 0 ? order : s.Items.Count.CompareTo(t.Items.Count);
        }
        throw new JinjaError($"{TypeName(a)} and {TypeName(b)} have no order");
    }

    public static bool Contains(Runtime runtime, object container, object item)
    {
        switch (container)
        {
            case JinjaText text:
                if (item is not JinjaText part)
                    throw new JinjaError($"{TypeName(item)} cannot be in a string");
                runtime.PaySearch(text, part);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case Mapping mapping:
                return mapping.Contains(item);
            case Sequence sequence:
                return sequence.Items.Exists(other => AreEqual(runtime, item, other));
            case Undefined:
                return false;
            default:
                throw new JinjaError($"nothing can be in {TypeName(container)}");
        }
    }
}
