using System.Globalization;

namespace Mindwright.Jinja;

/// <summary>Python's <c>'%s of %03d' % (a, b)</c>.</summary>
internal static class PercentFormat
{
    public static JinjaText Apply(Runtime runtime, JinjaText format, IReadOnlyList<object> values)
    {
        var output = new TextBuilder(runtime.Budget);
        var used = 0;
        var i = 0;
        for (; i < format.Length; i++)
        {
            if (format.Value[i] != '%')
            {
                output.Append(format, i, 1);
                continue;
            }
            var flags = "";
            while (++i < format.Length && format.Value[i] is '-' or '0' or '+' or ' ')
                flags += format.Value[i];
            var width = ReadNumber() ?? 0;
            int? precision = null;
            if (i < format.Length && format.Value[i] == '.')
            {
                i++;
                precision = ReadNumber() ?? 0;
            }
            if (i == format.Length)
                throw new JinjaError("a format ends inside a placeholder");
            if (format.Value[i] == '%')
            {
                output.Append(format, i, 1);
                continue;
            }
            if (used == values.Count)
                throw new JinjaError("a format has more placeholders than values");
            var text = Convert(runtime, format.Value[i], values[used++], flags, precision);
            if (text.CodePoints > width)
                width = text.CodePoints;
            runtime.Budget.Size(width);
            var padding = new string(flags.Contains('0', StringComparison.Ordinal) && format.Value[i] is not 's' and not 'r' ? '0' : ' ', width - text.CodePoints);
            if (flags.Contains('-', StringComparison.Ordinal))
                output.Append(text).Append(padding.Replace('0', ' '));
            else if (padding.StartsWith('0') && text.Value[0] is '-' or '+')
                output.Append(text, 0, 1).Append(padding).Append(text, 1, text.Length - 1);
            else
                output.Append(padding).Append(text);
        }
        if (used < values.Count)
            throw new JinjaError("a format has fewer placeholders than values");
        return output.ToText();

        int? ReadNumber()
        {
            var start = i;
            while (i < format.Length && char.IsAsciiDigit(format.Value[i]))
                i++;
            return i == start ? null
                : int.TryParse(format.Value.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw new JinjaError("a format's width is too large");
        }
    }

    private static JinjaText Convert(Runtime runtime, char type, object value, string flags, int? precision)
    {
        switch (type)
        {
            case 's':
                var text = runtime.Print(value);
                return precision < text.CodePoints ? text.Slice(0, text.IndexOf(precision.Value)) : text;
            case 'r':
                var output = new TextBuilder(runtime.Budget);
                Printer.Represent(runtime, output, value);
                return output.ToText();
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o' when Operators.IsNumber(value):
                var integer = Operators.Integer(value) ?? (long)Math.Truncate(Operators.Number(value));
                var digits = type switch
                {
                    'x' => Math.Abs(integer).ToString("x", CultureInfo.InvariantCulture),
                    'X' => Math.Abs(integer).ToString("X", CultureInfo.InvariantCulture),
                    'o' => System.Convert.ToString(Math.Abs(integer), 8),
                    _ => Math.Abs(integer).ToString(CultureInfo.InvariantCulture),
                };
                return JinjaText.Trusted(Sign(integer < 0) + digits.PadLeft(Places(1), '0'));
            case 'f' or 'F' when Operators.IsNumber(value):
                var number = Operators.Number(value);
                return JinjaText.Trusted(Sign(number < 0) + Math.Abs(number).ToString("F" + Places(6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            default:
                throw new JinjaError($"a format's %{type} is not supported for {Operators.TypeName(value)}");
        }

        string Sign(bool negative) => negative ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";

        int Places(int fallback) => precision is not { } places ? fallback : places <= 100 ? places : throw new JinjaError("a format's precision is above 100");
    }
}
