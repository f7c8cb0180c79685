using System.Collections;
using System.Globalization;
using System.Text;

namespace Mindwright.Runs.Recipes;

/// <summary>Writes a recipe with every key and its value, as it was run; <see cref="RecipeReader"/> reads it back to the same values.</summary>
public static class RecipeWriter
{
    /// <summary>The recipe as TOML: the keys of a section in the order of the properties, sections after them.</summary>
    public static string Write<T>(T recipe)
        where T : class
    {
        var toml = new StringBuilder();
        WriteSection(toml, recipe, "");
        return toml.ToString();
    }

    private static void WriteSection(StringBuilder toml, object section, string prefix)
    {
        var schema = RecipeSchema.Of(section.GetType());
        foreach (var key in schema.Keys)
        {
            var value = key.Get(section);
            // A section or list of sections needs its header; when there is none of it, a plain line says so.
            if (key.IsSection && value is not null || key.IsSectionList && value is IList { Count: > 0 })
                continue;
            toml.Append(key.Name).Append(" = ").Append(value is null ? Text(RecipeBinder.None) : Inline(value)).Append('\n');
        }
        foreach (var key in schema.Keys)
        {
            var value = key.Get(section);
            if (key.IsSection && value is not null)
                WriteHeader(toml, $"[{prefix}{key.Name}]", value, $"{prefix}{key.Name}.");
            else if (key.IsSectionList && value is IEnumerable items)
                foreach (var item in items)
                    WriteHeader(toml, $"[[{prefix}{key.Name}]]", item, $"{prefix}{key.Name}.");
        }
    }

    private static void WriteHeader(StringBuilder toml, string header, object section, string prefix)
    {
        if (toml.Length > 0)
            toml.Append('\n');
        toml.Append(header).Append('\n');
        WriteSection(toml, section, prefix);
    }

    private static string Inline(object value) => value switch
    {
        string text => Text(text),
        bool truth => truth ? "true" : "false",
        Enum member => Text(RecipeSchema.SnakeCase(member.ToString())),
        float number => Number(number, number.ToString("R", CultureInfo.InvariantCulture)),
        double number => Number(number, number.ToString("R", CultureInfo.InvariantCulture)),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Inline))}]",
        _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
    };

    // A TOML number without point or exponent is whole; 1 stays readable as 1.0.
    private static string Number(double number, string digits) => number switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        double.NaN => "nan",
        _ => digits.AsSpan().IndexOfAny('.', 'E') < 0 ? digits + ".0" : digits.Replace("E", "e", StringComparison.Ordinal),
    };

    private static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                < ' ' or '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
