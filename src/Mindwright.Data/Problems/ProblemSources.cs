namespace Mindwright.Data.Problems;

/// <summary>Opens the problem sources that a recipe names.</summary>
public static class ProblemSources
{
    /// <summary>Opens a source. Files are read as a whole; a program is started when problems are first drawn.</summary>
    /// <exception cref="ArgumentException">The section names no source, or several.</exception>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="InvalidDataException">A file holds something that is no problem (the message names the line), or too few problems to split.</exception>
    public static IProblemSource Open(ProblemSourceSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Validate(new(section)).FirstOrDefault() is { } mistake)
            throw new ArgumentException(mistake.ErrorMessage, nameof(section));
        if (section.BuiltIn is { } kind)
            return new BuiltInProblemSource(kind, section.Name);
        return section.Command.Count > 0
            ? new ProcessProblemSource(section.Name ?? Path.GetFileNameWithoutExtension(section.Command[0]), section.Command, TimeSpan.FromSeconds(section.TimeoutSeconds))
            : FileProblemSource.Open(section.Name, section.Paths, section.HeldOut);
    }
}
