using System.Globalization;
using System.Text;

namespace Mindwright.Jinja;

/// <summary>Values as JSON: the <c>tojson</c> filter.</summary>
internal static class Json
{
    /// <summary>Python's <c>json.dumps</c>.</summary>
    /// <param name="EnsureAscii">Escape all that is not ASCII. Hugging Face's filter does not.</param>
    /// <param name="Indent">What a level is indented by; null: all on one line.</param>
    /// <param name="ItemSeparator">Between items; ", " where nothing is indented.</param>
    /// <param name="KeySeparator">Between key and value.</param>
    /// <param name="SortKeys">Keys in ordinal order instead of their own.</param>
    public sealed record Options(bool EnsureAscii, JinjaText? Indent, JinjaText ItemSeparator, JinjaText KeySeparator, bool SortKeys);

    /// <summary>How Hugging Face's filter writes unless it is told otherwise.</summary>
    public static readonly Options Default = new(false, null, JinjaText.Trusted(", "), JinjaText.Trusted(": "), false);

    public static void Write(Runtime runtime, TextBuilder output, object value, Options options, int level = 0)
    {
        runtime.Budget.Enter();
        switch (value)
        {
            case JinjaText text:
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

    private static void WriteText(TextBuilder output, JinjaText text, bool ensureAscii)
    {
        var quoted = JsonText.Quote(text.Value);
        if (ensureAscii && !Ascii.IsValid(quoted))
        {
            var escaped = new StringBuilder();
            foreach (var c in quoted)
                _ = c < 0x80 ? escaped.Append(c) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            quoted = escaped.ToString();
        }
        output.Append(quoted, text.IsAllTrusted);
    }

    private static JinjaText Key(object key) => key as JinjaText ?? JinjaText.Trusted(Scalar(key));

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
