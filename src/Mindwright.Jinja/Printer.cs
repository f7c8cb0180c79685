using System.Globalization;

namespace Mindwright.Jinja;

/// <summary>Values as text: Python's <c>str</c> and <c>repr</c>.</summary>
internal static class Printer
{
    public static void Print(Runtime runtime, TextBuilder output, object value)
    {
        switch (value)
        {
            case JinjaText text:
                output.Append(text);
                break;
            case Undefined:
                break;
            default:
                Represent(runtime, output, value);
                break;
        }
    }

    public static void Represent(Runtime runtime, TextBuilder output, object value)
    {
        runtime.Budget.Enter();
        switch (value)
        {
            case JinjaText text:
                output.Append(Quote(text.Value), text.IsAllTrusted);
                break;
            case Sequence sequence:
                output.Append(sequence.IsTuple ? "(" : "[");
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    output.Append(i > 0 ? ", " : "");
                    Represent(runtime, output, sequence.Items[i]);
                }
                output.Append(!sequence.IsTuple ? "]" : sequence.Items.Count == 1 ? ",)" : ")");
                break;
            case Mapping mapping:
                var separator = "{";
                foreach (var (key, item) in mapping.Items)
                {
                    output.Append(separator);
                    Represent(runtime, output, key);
                    output.Append(": ");
                    Represent(runtime, output, item);
                    separator = ", ";
                }
                output.Append(mapping.Count == 0 ? "{}" : "}");
                break;
            default:
                output.Append(Scalar(value));
                break;
        }
        runtime.Budget.Leave();
    }

    private static string Scalar(object value) => value switch
    {
        None => "None",
        bool b => b ? "True" : "False",
        long i => i.ToString(CultureInfo.InvariantCulture),
        double d => Float(d),
        Undefined => "Undefined",
        _ => throw new JinjaError($"{Operators.TypeName(value)} cannot be printed"),
    };

    /// <summary>A double as Python writes it: the shortest digits that read back, an exponent below 1e-4 and from 1e16.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var sign = double.IsNegative(value) ? "-" : "";
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var at ? at : mantissa.Length;
        point += e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        point -= all.Length - digits.Length; // now the value is 0.digits × 10^point
        digits = digits.TrimEnd('0');
        if (digits.Length == 0)
            return sign + "0.0";
        return (point - 1) switch
        {
            (< -4 or >= 16) and var exponent =>
                $"{sign}{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? '+' : '-')}{Math.Abs(exponent):00}",
            < 0 => sign + "0." + new string('0', -point) + digits,
            _ when digits.Length <= point => sign + digits.PadRight(point, '0') + ".0",
            _ => sign + digits[..point] + "." + digits[point..],
        };
    }

    private static string Quote(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new System.Text.StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\\' => quoted.Append(@"\\"),
                _ when c == quote => quoted.Append('\\').Append(c),
                _ when Characters.IsPrintable(c) => quoted.Append(c),
                <= '\u00ff' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }
        return quoted.Append(quote).ToString();
    }
}
