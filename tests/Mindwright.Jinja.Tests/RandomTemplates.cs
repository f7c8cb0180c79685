using System.Globalization;

namespace Mindwright.Jinja.Tests;

/// <summary>Random templates in the part of the language on which all implementations agree.</summary>
internal sealed class RandomTemplates(int seed)
{
    public const string Data =
        """{"s": "a b\n<c>", "e": "", "t": "x,y,z", "i": 3, "z": 0, "yes": true, "no": false, "l": ["p", "q", "r"], "n": [4, 1, 2], "d": {"k": "v", "m": "w"}, "messages": [{"role": "user", "content": " hi "}, {"role": "assistant", "content": "yo"}]}""";

    private readonly Random _random = new(seed);

    public string Next() => string.Concat(Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Statement(3)));

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private string Dash() => Pick("", "", "", "-");

    private string Tag(string inside) => $"{{%{Dash()} {inside} {Dash()}%}}";

    private string Statement(int depth) => _random.Next(depth > 0 ? 8 : 3) switch
    {
        0 => Pick("text", "\n", "  \n  ", " x\n", "\t", "{ }", "line\n  "),
        1 or 2 => $"{{{{{Dash()} {Text(2)} {Dash()}}}}}",
        3 => Tag("if " + Condition(2)) + Statement(depth - 1) + (Pick("", "e") == "e" ? Tag("else") + Statement(depth - 1) : "") + Tag("endif"),
        4 => Tag($"for x in {Pick("l", "t.split(',')", "l[1:]", "l | reverse", "[s, 'u']")}") + Statement(depth - 1)
            + "{{ x }}" + Pick("{{ loop.index }}", "{{ loop.length }}", "") + Statement(depth - 1) + Tag("endfor"),
        // Read at once: in JavaScript a loop's variables live on into its next turn.
        5 => Tag($"set v = {Text(2)}") + "{{ v }}" + Statement(depth - 1),
        6 => Tag("for m in messages") + "{{ m.role }}" + Statement(depth - 1) + "{{ m['content'] }}" + Tag("endfor"),
        _ => Pick("{# note #}", "{#- note #}", "{# note -#}", "\n  {# note #}\n"),
    };

    private string Text(int depth) => _random.Next(depth > 0 ? 9 : 3) switch
    {
        0 => Pick("s", "t", "e", "l[0]", "d.k", "d['m']", "messages[0].content", "messages[-1]['role']"),
        1 => Pick("'lit'", "'a b'", "\"q'\"", "'\\n'", "''"),
        2 => Pick("s", "t"),
        3 => $"({Text(depth - 1)} + {Text(depth - 1)})",
        4 => $"({Text(depth - 1)} ~ {Number(depth - 1)})",
        5 => $"{Text(depth - 1)} | {Pick("upper", "lower", "trim", "string", "tojson")}",
        6 => $"({Text(depth - 1)} if {Condition(depth - 1)} else {Text(depth - 1)})",
        7 => $"({Text(depth - 1)}){Pick(".upper()", ".strip()", ".split(',')[0]", "[1:]", "[-2:]", "[:3]", ".replace('a', 'b')", ".rstrip()", ".lstrip()")}",
        _ => $"(missing | default({Text(depth - 1)}))",
    };

    private string Number(int depth) => _random.Next(depth > 0 ? 5 : 2) switch
    {
        0 => _random.Next(20).ToString(CultureInfo.InvariantCulture),
        1 => Pick("i", "z", "n[1]"),
        2 => $"({Number(depth - 1)} {Pick("+", "-", "*")} {Number(depth - 1)})",
        3 => $"({Text(depth - 1)} | length)",
        _ => "(l | length)",
    };

    private string Condition(int depth) => _random.Next(depth > 0 ? 8 : 3) switch
    {
        0 => Pick("yes", "no", "s", "e", "i", "z", "l", "missing"),
        1 => Pick("missing is defined", "s is string", "i is number", "d is mapping", "yes is boolean", "s is not defined"),
        2 => Pick("'k' in d", "'p' in l", "'b' in s", "'zz' not in t"),
        3 => $"({Condition(depth - 1)} {Pick("and", "or")} {Condition(depth - 1)})",
        4 => $"not ({Condition(depth - 1)})",
        5 => $"{Number(depth - 1)} {Pick("<", "<=", ">", ">=", "==", "!=")} {Number(depth - 1)}",
        6 => $"{Text(depth - 1)} {Pick("==", "!=")} {Text(depth - 1)}",
        _ => $"({Text(depth - 1)}).{Pick("startswith", "endswith")}('a')",
    };
}
