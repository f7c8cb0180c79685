namespace Mindwright.Jinja;

/// <summary>Jinja's filters of texts. What they are given is printed first.</summary>
internal static class TextFilters
{
    public static void AddTo(Dictionary<string, Builtin> filters)
    {
        Add("upper", "", (_, text, _) => text.With(text.Value.ToUpperInvariant()));
        Add("lower", "", (_, text, _) => text.With(text.Value.ToLowerInvariant()));
        Add("capitalize", "", (_, text, _) => StringMethods.Capitalize(text));
        Add("title", "", (_, text, _) => StringMethods.Title(text, c => c is '-' or '(' or '{' or '[' or '<' || Characters.IsSpace(c)));
        Add("trim", "chars", (_, text, a) => text.Trim(true, true, a.OptionalText(0, "chars")?.Value));
        Add("replace", "old, new, count", (runtime, text, a) => Splitting.Replace(
            runtime, text, runtime.Print(a.Required(0, "old")), runtime.Print(a.Required(1, "new")), a[2] is None ? -1 : a.Integer(2, "count", -1)));
        Add("center", "width", (runtime, text, a) => StringMethods.Center(runtime, text, a.Integer(0, "width", 80), JinjaText.Trusted(" ")));
        Add("indent", "width, first, blank", Indent);
        Add("truncate", "length, killwords, end, leeway", Truncate);
        Add("wordcount", "", (_, text, _) => CountWords(text.Value));
        Add("escape", "", (runtime, text, _) => Escape(runtime, text));
        filters["e"] = filters["escape"];
        Add("format", "*", (runtime, text, a) => a.Named.Count > 0
            ? throw new JinjaError("format takes its values by position")
            : PercentFormat.Apply(runtime, text, a.Positional));

        void Add(string name, string parameters, Func<Runtime, JinjaText, Arguments, object> run) =>
            filters[name] = new(parameters, (runtime, value, arguments) => run(runtime, runtime.Print(value), arguments));
    }

    private static JinjaText Indent(Runtime runtime, JinjaText text, Arguments a)
    {
        var indentation = a[0] as JinjaText ?? JinjaText.Trusted(new string(' ', Math.Clamp(a.Integer(0, "width", 4), 0, 1000)));
        var (first, blank) = (a.Flag(1), a.Flag(2));
        var output = new TextBuilder(runtime.Budget);
        // A last line break counts as the start of one more line.
        var lines = Splitting.Lines(runtime, new TextBuilder(runtime.Budget).Append(text).Append("\n").ToText(), keepEnds: false);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
                output.Append("\n");
            if (i == 0 ? first : blank || lines[i].Length > 0)
                output.Append(indentation);
            output.Append(lines[i]);
        }
        return output.ToText();
    }

    private static JinjaText Truncate(Runtime runtime, JinjaText text, Arguments a)
    {
        var length = a.Integer(0, "length", 255);
        var end = a.OptionalText(2, "end") ?? JinjaText.Trusted("...");
        if (length < end.CodePoints)
            throw new JinjaError("truncate: the length is less than that of the end");
        if (text.CodePoints <= length + (long)a.Integer(3, "leeway", 5))
            return text;
        var kept = text.Slice(0, text.IndexOf(length - end.CodePoints));
        var space = a.Flag(1) ? -1 : kept.Value.LastIndexOf(' ');
        return new TextBuilder(runtime.Budget).Append(space < 0 ? kept : kept.Slice(0, space)).Append(end).ToText();
    }

    private static long CountWords(string text)
    {
        var words = 0L;
        for (var i = 0; i < text.Length; i++)
            if (IsWord(text[i]) && (i == 0 || !IsWord(text[i - 1])))
                words++;
        return words;

        static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
    }

    private static JinjaText Escape(Runtime runtime, JinjaText text)
    {
        var output = new TextBuilder(runtime.Budget);
        for (var i = 0; i < text.Length; i++)
        {
            var entity = text.Value[i] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&#34;", '\'' => "&#39;", _ => null };
            if (entity is null)
                output.Append(text, i, 1);
            else
                output.Append(entity, text.IsTrusted(i));
        }
        return output.ToText();
    }
}
