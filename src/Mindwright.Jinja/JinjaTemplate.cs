namespace Mindwright.Jinja;

/// <summary>A Jinja template as chat templates use them: read once, rendered any number of times.</summary>
/// <remarks>
/// <para>White space is treated as Hugging Face sets Jinja up (<c>trim_blocks</c>, <c>lstrip_blocks</c>), loops have <c>break</c> and
/// <c>continue</c>, and <c>tojson</c>, <c>raise_exception</c> and <c>strftime_now</c> are those of Hugging Face.</para>
/// <para>A template sees its variables and nothing else: there is no way from it to types, files or other templates. Nesting,
/// steps and lengths are limited in reading as in rendering, so that no template ends the process. Immutable and thread-safe.</para>
/// </remarks>
public sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _statements;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">What messages call it: its file, for instance.</param>
    /// <exception cref="JinjaException">It is no template, or asks for what is not supported; the message names the line and the construct.</exception>
    public JinjaTemplate(string source, string name = "template")
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        (Source, Name) = (source, name);
        try
        {
            _statements = StatementParser.Parse(source);
        }
        catch (JinjaError e)
        {
            throw new JinjaException(name, e);
        }
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The time that <c>strftime_now</c> tells; the system's unless set.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What one rendering may use.</summary>
    public JinjaLimits Limits { get; init; } = new();

    /// <summary>Renders the template.</summary>
    /// <param name="variables">
    /// Its variables by name: <see langword="null"/>, <see cref="bool"/>, integers, <see cref="double"/>, <see cref="float"/>,
    /// <see cref="decimal"/>, <see cref="string"/>, <see cref="JinjaText"/>, <see cref="System.Text.Json.JsonElement"/>, and lists and
    /// dictionaries of these. They are copied: a template changes nothing outside.
    /// </param>
    /// <exception cref="JinjaException">The template failed, refused the variables or went beyond a limit; the message names the line.</exception>
    /// <exception cref="ArgumentException">A variable is, or holds, something of another type.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables) => RenderText(variables).Value;

    /// <summary>Renders the template, and says of each character whether the template wrote it or whether it came from a variable.</summary>
    /// <inheritdoc cref="Render"/>
    public JinjaText RenderText(IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        try
        {
            return Interpreter.Render(_statements, variables, new Runtime(new Budget(Limits), Clock));
        }
        catch (JinjaError e)
        {
            throw new JinjaException(Name, e);
        }
    }
}
