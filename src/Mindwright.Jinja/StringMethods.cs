namespace Mindwright.Jinja;

/// <summary>The methods of Python's strings. Lists and positions count code points.</summary>
internal static class StringMethods
{
    public static readonly Dictionary<string, Builtin> All = Make();

    private static Dictionary<string, Builtin> Make()
    {
        var methods = new Dictionary<string, Builtin>();
        Add("upper", "", (_, text, _) => text.With(text.Value.ToUpperInvariant()));
        Add("lower", "", (_, text, _) => text.With(text.Value.ToLowerInvariant()));
        Add("casefold", "", (_, text, _) => text.With(text.Value.ToLowerInvariant()));
        Add("swapcase", "", (_, text, _) => text.With(string.Concat(text.Value.Select(c =>
            char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)))));
        Add("capitalize", "", (_, text, _) => Capitalize(text));
        Add("title", "", (_, text, _) => Title(text, c => !char.IsLetter(c)));
        Add("strip", "chars", (_, text, a) => text.Trim(true, true, a.OptionalText(0, "chars")?.Value));
        Add("lstrip", "chars", (_, text, a) => text.Trim(true, false, a.OptionalText(0, "chars")?.Value));
        Add("rstrip", "chars", (_, text, a) => text.Trim(false, true, a.OptionalText(0, "chars")?.Value));
        Add("removeprefix", "prefix", (_, text, a) => a.Text(0, "prefix") is var prefix && text.Value.StartsWith(prefix.Value, StringComparison.Ordinal)
            ? text.Slice(prefix.Length, text.Length - prefix.Length) : text);
        Add("removesuffix", "suffix", (_, text, a) => a.Text(0, "suffix") is var suffix && text.Value.EndsWith(suffix.Value, StringComparison.Ordinal)
            ? text.Slice(0, text.Length - suffix.Length) : text);
        Add("startswith", "prefix", (runtime, text, a) => Any(runtime, a, part => text.Value.StartsWith(part, StringComparison.Ordinal)));
        Add("endswith", "suffix", (runtime, text, a) => Any(runtime, a, part => text.Value.EndsWith(part, StringComparison.Ordinal)));
        Add("find", "sub", (runtime, text, a) => Find(runtime, text, a.Text(0, "sub"), last: false));
        Add("rfind", "sub", (runtime, text, a) => Find(runtime, text, a.Text(0, "sub"), last: true));
        Add("index", "sub", (runtime, text, a) => Find(runtime, text, a.Text(0, "sub"), last: false) is var at && at >= 0
            ? at : throw new JinjaError("index: the string does not contain that"));
        Add("count", "sub", (runtime, text, a) => a.Text(0, "sub") is { Length: > 0 } part
            ? Splitting.Split(runtime, text, part, -1).Count - 1L : text.CodePoints + 1L);
        Add("replace", "old, new, count", (runtime, text, a) =>
            Splitting.Replace(runtime, text, a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)));
        Add("split", "sep, maxsplit", (runtime, text, a) => List(a.OptionalText(0, "sep") is { } separator
            ? Splitting.Split(runtime, text, separator, a.Integer(1, "maxsplit", -1))
            : Splitting.SplitSpaces(runtime, text, a.Integer(1, "maxsplit", -1))));
        Add("rsplit", "sep, maxsplit", (runtime, text, a) => List(a.OptionalText(0, "sep") is { } separator
            ? Splitting.SplitLast(runtime, text, separator, a.Integer(1, "maxsplit", -1))
            : Splitting.SplitSpacesLast(runtime, text, a.Integer(1, "maxsplit", -1))));
        Add("splitlines", "keepends", (runtime, text, a) => List(Splitting.Lines(runtime, text, a.Flag(0))));
        Add("partition", "sep", (runtime, text, a) => Splitting.Partition(runtime, text, a.Text(0, "sep"), last: false));
        Add("rpartition", "sep", (runtime, text, a) => Splitting.Partition(runtime, text, a.Text(0, "sep"), last: true));
        Add("join", "iterable", (runtime, text, a) => Join(runtime, text, a.Required(0, "iterable")));
        Add("ljust", "width, fillchar", (runtime, text, a) => Pad(runtime, text, 0, a.Integer(0, "width", 0) - (long)text.CodePoints, Fill(a)));
        Add("rjust", "width, fillchar", (runtime, text, a) => Pad(runtime, text, a.Integer(0, "width", 0) - (long)text.CodePoints, 0, Fill(a)));
        Add("center", "width, fillchar", (runtime, text, a) => Center(runtime, text, a.Integer(0, "width", 0), Fill(a)));
        Add("zfill", "width", (runtime, text, a) =>
        {
            var sign = text.Length > 0 && text.Value[0] is '+' or '-' ? 1 : 0;
            var digits = Pad(runtime, text.Slice(sign, text.Length - sign), a.Integer(0, "width", 0) - (long)text.CodePoints, 0, JinjaText.Trusted("0"));
            return new TextBuilder(runtime.Budget).Append(text, 0, sign).Append(digits).ToText();
        });
        Add("format", "*", BraceFormat.Apply);
        Is("isspace", Characters.IsSpace);
        Is("isalpha", char.IsLetter);
        Is("isdigit", char.IsDigit);
        Is("isdecimal", char.IsDigit);
        Is("isnumeric", char.IsNumber);
        Is("isalnum", c => char.IsLetter(c) || char.IsNumber(c));
        Add("isascii", "", (_, text, _) => text.Value.All(char.IsAscii));
        Add("islower", "", (_, text, _) => ValueTests.IsCased(text.Value, char.IsUpper, char.IsLower));
        Add("isupper", "", (_, text, _) => ValueTests.IsCased(text.Value, char.IsLower, char.IsUpper));
        return methods;

        void Add(string name, string parameters, Func<Runtime, JinjaText, Arguments, object> run) =>
            methods[name] = new(parameters, (runtime, self, arguments) => run(runtime, (JinjaText)self, arguments));

        void Is(string name, Func<char, bool> test) => Add(name, "", (_, text, _) => text.Length > 0 && text.Value.All(test));
    }

    public static JinjaText Capitalize(JinjaText text) =>
        text.Length == 0 ? text : text.With(char.ToUpperInvariant(text.Value[0]) + text.Value[1..].ToLowerInvariant());

    /// <summary>A capital at the start and after each character that ends a word, small letters elsewhere.</summary>
    public static JinjaText Title(JinjaText text, Func<char, bool> endsWord) => text.With(string.Concat(text.Value.Select((c, i) =>
        i == 0 || endsWord(text.Value[i - 1]) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))));

    public static JinjaText Join(Runtime runtime, JinjaText separator, object items)
    {
        var text = new TextBuilder(runtime.Budget);
        var first = true;
        foreach (var item in runtime.Iterate(items))
        {
            if (item is not JinjaText part)
                throw new JinjaError($"join: an element is {Operators.TypeName(item)}, not a string");
            if (!first)
                text.Append(separator);
            first = false;
            text.Append(part);
        }
        return text.ToText();
    }

    public static JinjaText Center(Runtime runtime, JinjaText text, int width, JinjaText fill)
    {
        // Python's rule for where the odd character goes.
        var space = Math.Max(0, width - (long)text.CodePoints);
        var left = space / 2 + (space & width & 1);
        return Pad(runtime, text, left, space - left, fill);
    }

    private static JinjaText Fill(Arguments arguments) => arguments.OptionalText(1, "fillchar") ?? JinjaText.Trusted(" ");

    private static JinjaText Pad(Runtime runtime, JinjaText text, long before, long after, JinjaText fill)
    {
        var padded = new TextBuilder(runtime.Budget);
        for (var i = 0L; i < before; i++)
            padded.Append(fill);
        padded.Append(text);
        for (var i = 0L; i < after; i++)
            padded.Append(fill);
        return padded.ToText();
    }

    private static bool Any(Runtime runtime, Arguments arguments, Func<string, bool> test)
    {
        var parts = arguments.Required(0, "prefix");
        return parts is Sequence { IsTuple: true } several
            ? several.Items.Exists(part => test(runtime.Print(part).Value))
            : test(arguments.Text(0, "prefix").Value);
    }

    private static long Find(Runtime runtime, JinjaText text, JinjaText part, bool last)
    {
        runtime.PaySearch(text, part);
        var at = last
            ? part.Length == 0 ? text.Length : text.Value.LastIndexOf(part.Value, StringComparison.Ordinal)
            : text.Value.IndexOf(part.Value, StringComparison.Ordinal);
        return at < 0 ? -1 : text.Slice(0, at).CodePoints;
    }

    private static Sequence List(IEnumerable<JinjaText> parts) => new([.. parts]);
}
