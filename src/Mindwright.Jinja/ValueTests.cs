namespace Mindwright.Jinja;

/// <summary>What may follow <c>is</c>.</summary>
internal static class ValueTests
{
    public static readonly Dictionary<string, Builtin> All = Make();

    private static Dictionary<string, Builtin> Make()
    {
        var tests = new Dictionary<string, Builtin>();
        Add("defined", value => value is not Undefined);
        Add("undefined", value => value is Undefined);
        Add("none", value => value is None);
        Add("boolean", value => value is bool);
        Add("true", value => value is true);
        Add("false", value => value is false);
        Add("integer", value => value is long);
        Add("float", value => value is double);
        Add("number", Operators.IsNumber);
        Add("string", value => value is JinjaText);
        Add("mapping", value => value is Mapping);
        Add("sequence", value => value is Sequence or JinjaText or Mapping or Undefined); // as Python's, undefined is an empty one
        Add("iterable", value => value is Sequence or JinjaText or Mapping or Undefined);
        Add("callable", value => value is Callable);
        Add("escaped", _ => false);
        Add("odd", value => Integer(value) % 2 != 0);
        Add("even", value => Integer(value) % 2 == 0);
        tests["lower"] = new("", (runtime, value, _) => runtime.Print(value).Value is var text && IsCased(text, char.IsUpper, char.IsLower));
        tests["upper"] = new("", (runtime, value, _) => runtime.Print(value).Value is var text && IsCased(text, char.IsLower, char.IsUpper));
        tests["divisibleby"] = new("num", (_, value, arguments) => Integer(arguments.Required(0, "num")) is var divisor && divisor != 0
            ? Integer(value) % divisor == 0 : throw new JinjaError("division by zero"));
        tests["sameas"] = new("other", (runtime, value, arguments) => arguments.Required(0, "other") is var other
            && (value is bool or None ? value.Equals(other) : value.GetType() == other.GetType() && Operators.AreEqual(runtime, value, other)));
        tests["in"] = new("seq", (runtime, value, arguments) => Operators.Contains(runtime, arguments.Required(0, "seq"), value));
        tests["filter"] = new("", (_, value, _) => value is JinjaText name && Filters.All.ContainsKey(name.Value));
        tests["test"] = new("", (_, value, _) => value is JinjaText name && All!.ContainsKey(name.Value));
        Compare("eq equalto ==", (runtime, a, b) => Operators.AreEqual(runtime, a, b));
        Compare("ne !=", (runtime, a, b) => !Operators.AreEqual(runtime, a, b));
        Compare("lt lessthan <", (runtime, a, b) => Operators.Compare(runtime, a, b) < 0);
        Compare("le <=", (runtime, a, b) => Operators.Compare(runtime, a, b) <= 0);
        Compare("gt greaterthan >", (runtime, a, b) => Operators.Compare(runtime, a, b) > 0);
        Compare("ge >=", (runtime, a, b) => Operators.Compare(runtime, a, b) >= 0);
        return tests;

        void Add(string name, Func<object, bool> test) => tests[name] = new("", (_, value, _) => test(value));

        void Compare(string names, Func<Runtime, object, object, bool> test)
        {
            foreach (var name in names.Split(' '))
                tests[name] = new("other", (runtime, value, arguments) => test(runtime, value, arguments.Required(0, "other")));
        }
    }

    private static long Integer(object value) => Operators.Integer(value) ?? throw new JinjaError($"{Operators.TypeName(value)} is not an integer");

    public static bool IsCased(string text, Func<char, bool> not, Func<char, bool> some) => !text.Any(not) && text.Any(some);
}
