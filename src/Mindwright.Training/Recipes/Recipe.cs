using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Stages;

namespace Mindwright.Training.Recipes;

/// <summary>
/// Everything that can be set about a run: one TOML file, a section a concern, and a section for each stage of <see cref="StageList"/>. Every
/// key is documented in <c>recipes/quickstart.toml</c>.
/// </summary>
public record Recipe : IDerivesDefaults, IHasNamedSections, IValidatableObject
{
    private ImmutableDictionary<string, StageSection> _stages = ImmutableDictionary<string, StageSection>.Empty;

    /// <summary>Name of the run; part of its folder's name.</summary>
    public string Name { get; init; } = "run";

    /// <summary>Decides everything random.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>The stages of a run that is given none by name, in order.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Where and how numbers are computed.</summary>
    public ComputeSection Compute { get; init; } = new();

    /// <summary>The text that is learned.</summary>
    public DataSection Data { get; init; } = new();

    /// <summary>The vocabulary.</summary>
    public TokenizerSection Tokenizer { get; init; } = new();

    /// <summary>The transformer's shape.</summary>
    public ModelSection Model { get; init; } = new();

    /// <summary>Adapters instead of full fine-tuning, in the stages that go on from a model.</summary>
    public LoraSection Lora { get; init; } = new();

    /// <summary>Contexts whose next word is measured at every evaluation of pre-training.</summary>
    public IReadOnlyList<ProbeSection> Probes { get; init; } = [];

    /// <summary>Questions that are put to the model after every stage, once one of the run's stages teaches it to converse.</summary>
    public IReadOnlyList<QuestionSection> Questions { get; init; } = [];

    /// <summary>The section of a stage; its defaults where it was not given.</summary>
    /// <typeparam name="T">The section's type; each stage has a type of its own.</typeparam>
    public T Stage<T>()
        where T : StageSection => (T)StageOf(StageList.All.Single(stage => stage.Section == typeof(T)).Name);

    /// <summary>The section of a stage by the stage's name.</summary>
    public StageSection StageOf(string name) => _stages.GetValueOrDefault(name) ?? (StageSection)Activator.CreateInstance(StageList.Find(name).Section)!;

    /// <summary>The recipe with another section for the stage that it belongs to.</summary>
    public Recipe With(StageSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return this with { _stages = _stages.SetItem(StageList.All.Single(stage => stage.Section == section.GetType()).Name, section) };
    }

    /// <summary>The recipe with the budgets of all its stages multiplied.</summary>
    public Recipe WithBudget(double factor) =>
        StageList.All.Aggregate(this, (recipe, stage) => recipe.With(recipe.StageOf(stage.Name).WithBudget(factor)));

    /// <inheritdoc/>
    public object WithDerivedDefaults() => StageList.All.Aggregate(
        Model.Depth > 0 ? this with { Model = Model.OfDepth() } : this,
        (recipe, stage) => recipe.With(recipe.StageOf(stage.Name).WithDerivedDefaults(recipe)));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Stages.FirstOrDefault(name => StageList.All.All(stage => stage.Name != name)) is { } unknown)
            yield return new ValidationResult($"there is no stage \"{unknown}\"; there are {string.Join(", ", StageList.All.Select(stage => stage.Name))}", [nameof(Stages)]);
        if (Probes.Select((probe, i) => probe.ToProbe(i + 1).Name).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return new ValidationResult($"two probes have the name {twice.Key}", [nameof(Probes)]);
        foreach (var name in StageList.Sections.Keys)
            if (StageOf(name).Conflict(this) is { } conflict)
                yield return new ValidationResult(conflict, [name]);
    }

    IReadOnlyDictionary<string, Type> IHasNamedSections.NamedSections => StageList.Sections;

    object IHasNamedSections.GetSection(string name) => StageOf(name);

    void IHasNamedSections.SetSection(string name, object section) => _stages = _stages.SetItem(name, (StageSection)section);
}
