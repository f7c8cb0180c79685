using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mindwright.Jinja;

/// <summary>JSON in and out: a template's inputs as values, and the <c>tojson</c> filter.</summary>
internal static class Json
{
    /// <param name="element">Any JSON.</param>
    /// <param name="isOwn">Whether its texts are trusted like the template's own.</param>
    public static object ToValue(JsonElement element, bool isOwn = false) => element.ValueKind switch
    {
        JsonValueKind.String => Text(element.GetString()!, isOwn),
        JsonValueKind.Number => Number(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => new Sequence([.. element.EnumerateArray().Select(item => ToValue(item, isOwn))]),
        JsonValueKind.Object => ToMapping(element, isOwn),
        _ => None.Value,
    };

    private static TracedText Text(string text, bool isOwn) => isOwn ? TracedText.Own(text) : TracedText.Given(text);

    private static Mapping ToMapping(JsonElement element, bool isOwn)
    {
        var mapping = new Mapping();
        foreach (var property in element.EnumerateObject())
            mapping[Text(property.Name, isOwn)] = ToValue(property.Value, isOwn);
        return mapping;
    }

    private static object Number(JsonElement element)
    {
        var text = element.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && element.TryGetInt64(out var integer) ? (object)integer : element.GetDouble();
    }

    /// <summary>Python's <c>json.dumps</c>.</summary>
    /// <param name="EnsureAscii">Escape all that is not ASCII. Hugging Face's filter does not.</param>
    /// <param name="Indent">What a level is indented by; null: all on one line.</param>
    /// <param name="ItemSeparator">Between items; ", " where nothing is indented.</param>
    /// <param name="KeySeparator">Between key and value.</param>
    /// <param name="SortKeys">Keys in ordinal order instead of their own.</param>
    public sealed record Options(bool EnsureAscii, TracedText? Indent, TracedText ItemSeparator, TracedText KeySeparator, bool SortKeys);

    /// <summary>A value as Hugging Face's <c>tojson</c> writes it by default.</summary>
    public static string Write(object value)
    {
        var runtime = new Runtime(new Budget(new JinjaLimits()), TimeProvider.System);
        var output = new TextBuilder(runtime.Budget);
        Write(runtime, output, value, new Options(false, null, TracedText.Own(", "), TracedText.Own(": "), false));
        return output.ToText().Value;
    }

    public static void Write(Runtime runtime, TextBuilder output, object value, Options options, int level = 0)
    {
        runtime.Budget.Enter();
        switch (value)
        {
            case TracedText text:
                WriteText(output, text, options.EnsureAscii);
                break;
            case Sequence sequence:
                output.Append("[");
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    WriteBreak(output, options, level + 1, i > 0);
                    Write(runtime, output, sequence.Items[i], options, level + 1);
                }
                if (sequence.Items.Count > 0)
                    WriteBreak(output, options, level, false);
                output.Append("]");
                break;
            case Mapping mapping:
                output.Append("{");
                var items = options.SortKeys ? mapping.Items.OrderBy(pair => Key(pair.Key).Value, StringComparer.Ordinal) : mapping.Items;
                var following = false;
                foreach (var (key, item) in items)
                {
                    WriteBreak(output, options, level + 1, following);
                    WriteText(output, Key(key), options.EnsureAscii);
                    output.Append(options.KeySeparator);
                    Write(runtime, output, item, options, level + 1);
                    following = true;
                }
                if (following)
                    WriteBreak(output, options, level, false);
                output.Append("}");
                break;
            default:
                output.Append(Scalar(value));
                break;
        }
        runtime.Budget.Leave();
    }

    private static void WriteBreak(TextBuilder output, Options options, int level, bool following)
    {
        if (following)
            output.Append(options.ItemSeparator);
        if (options.Indent is null)
            return;
        output.Append("\n");
        for (var i = 0; i < level; i++)
            output.Append(options.Indent);
    }

    private static void WriteText(TextBuilder output, TracedText text, bool ensureAscii)
    {
        var quoted = JsonText.Quote(text.Value);
        if (ensureAscii && !Ascii.IsValid(quoted))
        {
            var escaped = new StringBuilder();
            foreach (var c in quoted)
                _ = c < 0x80 ? escaped.Append(c) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            quoted = escaped.ToString();
        }
        output.Append(quoted, text.IsAllOwn);
    }

    private static TracedText Key(object key) => key as TracedText ?? TracedText.Own(Scalar(key));

    private static string Scalar(object value) => value switch
    {
        None => "null",
        bool b => b ? "true" : "false",
        long i => i.ToString(CultureInfo.InvariantCulture),
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double d => Printer.Float(d),
        Undefined undefined => throw undefined.Error(),
        _ => throw new JinjaError($"{Operators.TypeName(value)} has no JSON"),
    };
}
