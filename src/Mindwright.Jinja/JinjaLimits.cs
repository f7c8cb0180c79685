namespace Mindwright.Jinja;

/// <summary>
/// What one rendering may use. A template comes with a model from anywhere and must not hang its user or fill the memory: beyond a limit,
/// rendering ends with a <see cref="JinjaException"/>.
/// </summary>
public sealed record JinjaLimits
{
    /// <summary>Nodes evaluated and elements handled.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>
    /// Evaluations, or lists and dictionaries, inside one another. A stack that runs short ends a rendering earlier, whatever is set here.
    /// </summary>
    public int Depth { get; init; } = 1000;

    /// <summary>Length of the output, in UTF-16 units, and of any text or list on the way.</summary>
    public long Output { get; init; } = 1 << 24;

    /// <summary>UTF-16 units read and written in all.</summary>
    public long Characters { get; init; } = 1L << 31;
}
