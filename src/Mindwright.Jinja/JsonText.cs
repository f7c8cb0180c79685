using System.Globalization;
using System.Text;

namespace Mindwright.Jinja;

/// <summary>JSON strings as Python's <c>json.dumps(ensure_ascii=False)</c> writes them: only what JSON forbids is escaped.</summary>
internal static class JsonText
{
    public static string Quote(string text)
    {
        var output = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append(@"\\"),
                '\n' => output.Append("\\n"),
                '\r' => output.Append("\\r"),
                '\t' => output.Append("\\t"),
                '\b' => output.Append("\\b"),
                '\f' => output.Append("\\f"),
                < ' ' => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => output.Append(c),
            };
        }
        return output.Append('"').ToString();
    }
}
