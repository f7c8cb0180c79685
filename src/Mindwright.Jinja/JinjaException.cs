namespace Mindwright.Jinja;

/// <summary>A template that cannot be read, that failed, that refused its variables, or that went beyond its limits.</summary>
public sealed class JinjaException : Exception
{
    internal JinjaException(string name, JinjaError error)
        : base($"{name}, line {Math.Max(1, error.Line)}: {error.Message}", error)
    {
        Line = Math.Max(1, error.Line);
        Reason = error.Message;
    }

    /// <summary>The template's line, from 1.</summary>
    public int Line { get; }

    /// <summary>What is wrong, without the template's name and the line, which <see cref="Exception.Message"/> has.</summary>
    public string Reason { get; }
}
