namespace Mindwright.Evaluation.Graders;

/// <summary>Opens the graders that a recipe names.</summary>
public static class GraderList
{
    // A grader of its own file needs one line here.
    private static GraderDefinition[] s_definitions =
    [
        ExactGrader.Definition,
        NumberGrader.Definition,
        MathGrader.Definition,
        ContainsGrader.Definition,
        RegexGrader.Definition,
        JsonSchemaGrader.Definition,
        LengthGrader.Definition,
        RefusalGrader.Definition,
        InstructionsGrader.Definition,
        CodeGrader.Definition,
        ProcessGrader.Definition,
    ];

    /// <summary>The names of all graders.</summary>
    public static IReadOnlyList<string> Names => [.. s_definitions.Select(definition => definition.Name)];

    /// <summary>Adds a grader of the program's own, which recipes may then name.</summary>
    /// <param name="name">Its name, which must be new.</param>
    /// <param name="open">Makes it; its weight is taken care of.</param>
    public static void Add(string name, Func<IGrader> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(open);
        if (Find(name) is not null)
            throw new ArgumentException($"there is a grader \"{name}\" already", nameof(name));
        s_definitions = [.. s_definitions, new GraderDefinition(name, _ => open())];
    }

    /// <summary>
    /// Opens graders and adds up their scores by weight (<see cref="WeightedGrader"/>); a single one of weight 1 stands for itself, and where none is
    /// named the answer must be the expected one exactly.
    /// </summary>
    /// <returns>
    /// A grader that throws nothing but <see cref="OperationCanceledException"/>. Dispose of it if it is <see cref="IDisposable"/>: it may hold
    /// programs that it has started.
    /// </returns>
    /// <exception cref="ArgumentException">A section is wrong: an unknown name, a key that is missing or that the grader does not have, a bad value.</exception>
    /// <exception cref="FileNotFoundException">A schema's file is not there.</exception>
    /// <exception cref="InvalidDataException">A schema is none, or asks for what is not supported.</exception>
    public static IGrader Open(IReadOnlyList<GraderSection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        return sections switch
        {
            [] => Guard(new ExactGrader()),
            [{ Weight: 1 } single] => Guard(Open(single)),
            _ => new WeightedGrader([.. sections.Select(section => (Open(section), section.Weight))]),
        };
    }

    /// <summary>A grader that has failed wherever the given one throws, or scores what is not a number.</summary>
    public static IGrader Guard(IGrader grader) => grader as GuardedGrader ?? new GuardedGrader(grader);

    internal static GraderDefinition? Find(string name) => s_definitions.FirstOrDefault(definition => definition.Name == name);

    private static IGrader Open(GraderSection section) => section.Validate(new(section)).FirstOrDefault() is { } mistake
        ? throw new ArgumentException($"{string.Join(", ", mistake.MemberNames)}: {mistake.ErrorMessage}", nameof(section))
        : Find(section.Name)!.Open(section);
}
