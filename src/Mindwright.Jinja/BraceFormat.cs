using System.Globalization;

namespace Mindwright.Jinja;

/// <summary>Python's <c>'{} of {name}'.format(…)</c>, by position and name; format specifications and attributes are refused.</summary>
internal static class BraceFormat
{
    public static JinjaText Apply(Runtime runtime, JinjaText format, Arguments arguments)
    {
        var output = new TextBuilder(runtime.Budget);
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format.Value[i];
            if (c is not ('{' or '}'))
            {
                output.Append(format, i, 1);
                continue;
            }
            if (i + 1 < format.Length && format.Value[i + 1] == c)
            {
                output.Append(format, i++, 1);
                continue;
            }
            var end = c == '{' ? format.Value.IndexOf('}', i) : -1;
            if (end < 0)
                throw new JinjaError($"a format has a lone '{c}'");
            var field = format.Value[(i + 1)..end];
            var value = field.Length == 0 ? At(next++)
                : int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? At(position)
                : arguments.Named.TryGetValue(field, out var named) ? named
                : throw new JinjaError($"a format's field '{{{field}}}' is neither a position nor the name of an argument");
            output.Append(runtime.Print(value));
            i = end;
        }
        return output.ToText();

        object At(int position) => position < arguments.Positional.Count
            ? arguments.Positional[position] : throw new JinjaError("a format has more fields than values");
    }
}
