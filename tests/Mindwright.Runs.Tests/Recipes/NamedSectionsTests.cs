using System.ComponentModel.DataAnnotations;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests.Recipes;

/// <summary>Recipes whose sections come from a list, whose keys determine others, and whose keys were named otherwise once.</summary>
public sealed class NamedSectionsTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void A_section_from_a_list_is_read_checked_and_written_like_any_other()
    {
        var recipe = RecipeReader.Read<Listed>(null, ["first.steps=3", "size=2"], new Dictionary<string, string> { ["MINDWRIGHT_SECOND__STEPS"] = "5" });
        Assert.Equal([3, 5], recipe.Steps);
        var written = RecipeWriter.Write(recipe);
        Assert.Contains("[first]\nsteps = 3\n", written, StringComparison.Ordinal);
        using var temp = new TempFolder();
        File.WriteAllText(temp["resolved.toml"], written);
        Assert.Equal(recipe.Steps, RecipeReader.Read<Listed>(temp["resolved.toml"], [], NoEnvironment).Steps);
        Assert.Contains("did you mean steps?", Error("second.step=1"), StringComparison.Ordinal);
        Assert.Contains("did you mean second?", Error("secnd.steps=1"), StringComparison.Ordinal);
        Assert.Contains("at least 1", Error("first.steps=0"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_key_determines_gives_way_to_what_was_given() =>
        Assert.Equal([8, 20], RecipeReader.Read<Listed>(null, ["size=2", "first.steps=8"], NoEnvironment).Steps);

    [Fact]
    public void A_former_key_is_named_with_its_new_one_also_where_a_base_class_had_it()
    {
        Assert.Contains("first.rounds: is not a key any more; it is now steps", Error("first.rounds=1"), StringComparison.Ordinal);
        Assert.Contains("first.turns: is not a key any more; it is now steps, ten to a turn", Error("first.turns=1"), StringComparison.Ordinal);
    }

    private static string Error(string set) => Assert.Throws<RecipeException>(() => RecipeReader.Read<Listed>(null, [set], NoEnvironment)).Message;

    [FormerKey("turns", "steps, ten to a turn")]
    public abstract record Base;

    [FormerKey("rounds", "steps")]
    public sealed record Part : Base
    {
        [Range(1, int.MaxValue)]
        public int Steps { get; init; } = 1;
    }

    public sealed record Listed : IHasNamedSections, IDerivesDefaults
    {
        private readonly Dictionary<string, Part> _parts = new() { ["first"] = new Part(), ["second"] = new Part() };

        public int Size { get; init; }

        public IEnumerable<int> Steps => _parts.Values.Select(part => part.Steps);

        public IReadOnlyDictionary<string, Type> NamedSections => _parts.ToDictionary(part => part.Key, part => part.Value.GetType());

        public object GetSection(string name) => _parts[name];

        public void SetSection(string name, object section) => _parts[name] = (Part)section;

        public object WithDerivedDefaults()
        {
            var derived = new Listed { Size = Size };
            foreach (var name in _parts.Keys)
                derived._parts[name] = new Part { Steps = Math.Max(1, 10 * Size) };
            return derived;
        }
    }
}
