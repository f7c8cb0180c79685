namespace Mindwright.Jinja;

/// <summary>JSON as the <c>tojson</c> filter of chat templates writes it: Python's <c>json.dumps(ensure_ascii=False)</c>.</summary>
public static class JinjaJson
{
    /// <summary>A value on one line, with a space after each comma and colon, and nothing escaped but what JSON forbids.</summary>
    /// <param name="value">Anything that <see cref="JinjaTemplate.Render"/> takes as a variable.</param>
    /// <exception cref="JinjaException">The value is nested too deep, or too long.</exception>
    /// <exception cref="ArgumentException">The value is, or holds, something of another type.</exception>
    public static string Write(object? value)
    {
        if (value is string text)
            return JsonText.Quote(text);
        var runtime = new Runtime(new Budget(new JinjaLimits()), TimeProvider.System);
        var output = new TextBuilder(runtime.Budget);
        try
        {
            Json.Write(runtime, output, Inputs.ToValue(runtime, value, "value"), Json.Default);
        }
        catch (JinjaError e)
        {
            throw new JinjaException("JSON", e);
        }
        return output.ToText().Value;
    }
}
