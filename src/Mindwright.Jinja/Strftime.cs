using System.Globalization;
using System.Text;

namespace Mindwright.Jinja;

/// <summary>Python's <c>strftime</c>, in English.</summary>
internal static class Strftime
{
    public static string Format(DateTimeOffset time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            var code = format[++i];
            var padded = code != '-' || i + 1 == format.Length;
            if (!padded)
                code = format[++i];
            var part = Part(time, code);
            text.Append(padded || part.Length < 2 ? part : part.TrimStart('0') is { Length: > 0 } digits ? digits : "0");
        }
        return text.ToString();
    }

    private static string Part(DateTimeOffset time, char code)
    {
        return code switch
        {
            'Y' => Net("yyyy"),
            'y' => Net("yy"),
            'm' => Net("MM"),
            'd' => Net("dd"),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'H' => Net("HH"),
            'I' => Net("hh"),
            'M' => Net("mm"),
            'S' => Net("ss"),
            'f' => Net("ffffff"),
            'p' => Net("tt"),
            'A' => Net("dddd"),
            'a' => Net("ddd"),
            'B' => Net("MMMM"),
            'b' or 'h' => Net("MMM"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'u' => ((int)time.DayOfWeek is 0 ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'F' => Net("yyyy-MM-dd"),
            'T' => Net("HH:mm:ss"),
            'D' => Net("MM/dd/yy"),
            'R' => Net("HH:mm"),
            'z' or 'Z' => "", // Python's datetime.now() knows no zone
            '%' => "%",
            _ => throw new JinjaError($"strftime_now does not know '%{code}'"),
        };

        string Net(string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }
}
