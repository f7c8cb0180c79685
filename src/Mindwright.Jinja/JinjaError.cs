namespace Mindwright.Jinja;

/// <summary>What is wrong with a template or with what it did; users see it as a <see cref="JinjaException"/>.</summary>
internal sealed class JinjaError(string message, int line = 0) : Exception(message)
{
    /// <summary>Line of the template, from 1; 0 while it is not known.</summary>
    public int Line { get; private set; } = line;

    /// <summary>
    /// For exception filters: notes the line of the innermost node on the way out, and catches nothing.
    /// </summary>
    public bool PassesThrough(int line)
    {
        if (Line == 0)
            Line = line;
        return false;
    }
}
