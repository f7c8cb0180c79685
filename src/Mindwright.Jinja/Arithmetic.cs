namespace Mindwright.Jinja;

/// <summary>Python's arithmetic, on 64-bit integers and doubles, and its <c>+</c>, <c>*</c> and <c>%</c> of texts and lists.</summary>
internal static class Arithmetic
{
    public static object Apply(Runtime runtime, string op, object a, object b)
    {
        if ((a as Undefined ?? b as Undefined) is { } undefined)
            throw undefined.Error();
        try
        {
            return op switch
            {
                "+" when a is JinjaText x && b is JinjaText y => new TextBuilder(runtime.Budget).Append(x).Append(y).ToText(),
                "+" when a is Sequence x && b is Sequence y && x.IsTuple == y.IsTuple => Join(runtime, x, y),
                "*" when a is JinjaText or Sequence && Operators.Integer(b) is { } n => Repeat(runtime, a, n),
                "*" when b is JinjaText or Sequence && Operators.Integer(a) is { } n => Repeat(runtime, b, n),
                "%" when a is JinjaText format => PercentFormat.Apply(runtime, format, b is Sequence { IsTuple: true } s ? s.Items : [b]),
                _ when Operators.Integer(a) is { } i && Operators.Integer(b) is { } j => Integers(op, i, j),
                _ when Operators.IsNumber(a) && Operators.IsNumber(b) => Floats(op, Operators.Number(a), Operators.Number(b)),
                _ => throw new JinjaError($"'{op}' is not defined for {Operators.TypeName(a)} and {Operators.TypeName(b)}"),
            };
        }
        catch (OverflowException)
        {
            throw new JinjaError($"the result of '{op}' is beyond 64-bit integers");
        }
        catch (DivideByZeroException)
        {
            throw new JinjaError("division by zero");
        }
    }

    public static object Negate(object value) => value switch
    {
        Undefined undefined => throw undefined.Error(),
        double d => (object)-d,
        _ when Operators.Integer(value) is { } i && i != long.MinValue => -i,
        _ => throw new JinjaError($"{Operators.TypeName(value)} has no negative"),
    };

    private static object Integers(string op, long a, long b)
    {
        checked
        {
            switch (op)
            {
                case "+": return a + b;
                case "-": return a - b;
                case "*": return a * b;
                case "/": return b == 0 ? throw new DivideByZeroException() : (double)a / b;
                case "//": return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
                case "%": return b == -1 ? 0 : a % b is var r && r != 0 && (r < 0) != (b < 0) ? r + b : r;
                case "**" when b < 0: return a == 0 ? throw new DivideByZeroException() : Math.Pow(a, b);
                default:
                    if (a is 0 or 1 or -1)
                        return b == 0 ? 1L : a == -1 && b % 2 == 0 ? 1L : a;
                    var power = 1L;
                    for (; b > 0; b--)
                        power *= a;
                    return power;
            }
        }
    }

    private static double Floats(string op, double a, double b)
    {
        switch (op)
        {
            case "+": return a + b;
            case "-": return a - b;
            case "*": return a * b;
            case "**": return Math.Pow(a, b);
        }
        if (b == 0)
            throw new DivideByZeroException();
        // Python's modulo has the divisor's sign.
        return op switch
        {
            "/" => a / b,
            "//" => Math.Floor(a / b),
            _ => a % b is var r && r != 0 && (r < 0) != (b < 0) ? r + b : a % b,
        };
    }

    private static Sequence Join(Runtime runtime, Sequence a, Sequence b)
    {
        runtime.PayItems(a.Items.Count + b.Items.Count);
        return new Sequence([.. a.Items, .. b.Items], a.IsTuple);
    }

    private static object Repeat(Runtime runtime, object value, long times)
    {
        times = Math.Max(0, times);
        if (value is Sequence sequence)
        {
            runtime.PayItems(sequence.Items.Count * (double)times);
            var items = new List<object>();
            for (var i = 0L; i < times && sequence.Items.Count > 0; i++)
                items.AddRange(sequence.Items);
            return new Sequence(items, sequence.IsTuple);
        }
        var text = new TextBuilder(runtime.Budget);
        for (var i = 0L; i < times && ((JinjaText)value).Length > 0; i++)
            text.Append((JinjaText)value);
        return text.ToText();
    }
}
