using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;

namespace Mindwright.Training.Stages;

/// <summary>All stages that there are, in the order in which a run takes them. To add a stage, add its folder below <c>Stages/</c> and a line here.</summary>
public static class StageList
{
    /// <summary>The stages.</summary>
    public static IReadOnlyList<IStageDefinition> All => s_added.Length == 0 ? BuiltIn : [.. BuiltIn, .. s_added];

    private static readonly IStageDefinition[] BuiltIn =
    [
        new PretrainDefinition(),
        new SftDefinition(),
        new ReasonDefinition(),
    ];

    private static IStageDefinition[] s_added = [];

    /// <summary>The sections of recipes by the stages' names.</summary>
    internal static IReadOnlyDictionary<string, Type> Sections => All.ToDictionary(stage => stage.Name, stage => stage.Section);

    /// <summary>A stage by its name.</summary>
    /// <exception cref="ArgumentException">There is no such stage; the message names those that there are.</exception>
    public static IStageDefinition Find(string name) => All.FirstOrDefault(stage => stage.Name == name)
        ?? throw new ArgumentException($"there is no stage \"{name}\"; there are {string.Join(", ", All.Select(stage => stage.Name))}", nameof(name));

    /// <summary>Adds a stage of the program's own, before the first recipe is read.</summary>
    /// <param name="stage">The stage; its name and its section's type must be new.</param>
    public static void Add(IStageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (All.Any(known => known.Name == stage.Name || known.Section == stage.Section))
            throw new ArgumentException($"there is a stage \"{stage.Name}\", or one with that section, already", nameof(stage));
        s_added = [.. s_added, stage];
    }
}
