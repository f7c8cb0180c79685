namespace Mindwright.Data.Problems;

/// <summary>Opens the problem sources that a recipe names.</summary>
public static class ProblemSources
{
    /// <summary>Opens a source.</summary>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">A file holds something that is no problem; the message names the line.</exception>
    public static IProblemSource Open(ProblemSourceSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.BuiltIn is { } kind ? new BuiltInProblemSource(kind) : throw new NotSupportedException("only built-in problems so far");
    }
}
