using System.Collections;

namespace Mindwright.Runs.Recipes;

/// <summary>
/// Reads a recipe into a plain class whose properties, in snake_case, are the keys and whose initial values are the defaults.
/// </summary>
/// <remarks>
/// <para>Precedence: defaults &lt; recipe file &lt; environment (<c>MINDWRIGHT_SECTION__KEY</c>) &lt; <c>--set section.key=value</c>.</para>
/// <para>Keys: <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/>, <see cref="string"/>,
/// enums (by their snake_case names), lists of these (arrays, <see cref="List{T}"/> and its interfaces), sections (classes with a
/// parameterless constructor), lists of sections (<c>[[probes]]</c>). A nullable key is emptied by the word <c>none</c>.</para>
/// <para>Rules: attributes of <see cref="System.ComponentModel.DataAnnotations"/> on a property (on a list, <c>[Range]</c> holds for each
/// item), and <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> on a section for what concerns several keys.</para>
/// </remarks>
public static class RecipeReader
{
    private const string EnvironmentPrefix = "MINDWRIGHT_";

    /// <summary>Reads and checks a recipe.</summary>
    /// <param name="path">A TOML file; null for the defaults alone.</param>
    /// <param name="sets">Settings such as <c>training.steps=100</c>; later ones win. Quotes around text may be left out.</param>
    /// <param name="environment">
    /// The environment. Names with the prefix and a double underscore must be known keys; a key outside any section is read from
    /// <c>MINDWRIGHT_KEY</c>, and other variables with the prefix are left alone, since the program has some of its own.
    /// </param>
    /// <exception cref="RecipeException">The recipe is missing or is not TOML, or a key is unknown or has a value of a wrong type or out of its range.</exception>
    public static T Read<T>(string? path, IReadOnlyList<string> sets, IDictionary<string, string> environment)
        where T : class, new()
    {
        var recipe = new T();
        var places = new Dictionary<string, RecipePlace>(StringComparer.Ordinal);
        RecipeTable[] layers = [.. path is null ? [] : new[] { TomlSource.ReadFile(path) }, .. Environment(typeof(T), environment), .. sets.Select(Setting)];
        Bind();
        if (recipe is IDerivesDefaults derived)
        {
            recipe = (T)derived.WithDerivedDefaults();
            Bind();
        }
        RecipeValidator.Check(recipe, places, new RecipePlace(path, null));
        return recipe;

        void Bind()
        {
            foreach (var layer in layers)
                RecipeBinder.Bind(recipe, layer, places);
        }
    }

    /// <summary>Reads and checks a recipe with the environment of this process.</summary>
    /// <inheritdoc cref="Read{T}(string?, IReadOnlyList{string}, IDictionary{string, string})"/>
    public static T Read<T>(string? path, IReadOnlyList<string> sets)
        where T : class, new() =>
        Read<T>(path, sets, System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!));

    private static IEnumerable<RecipeTable> Environment(Type type, IDictionary<string, string> environment)
    {
        // Sorted: the message about the first mistake should not depend on the order of the environment.
        foreach (var (name, value) in environment.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
                continue;
            var keys = name[EnvironmentPrefix.Length..].ToLowerInvariant().Split("__");
            if (keys.Length == 1 && RecipeSchema.Of(type).Find(keys[0]) is null or { IsSection: true })
                continue;
            yield return Nest(keys, value, new RecipePlace(name, null));
        }
    }

    private static RecipeTable Setting(string setting)
    {
        var place = new RecipePlace("--set", null);
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw place.Error($"'{setting}' is not of the form key=value", cure: "write --set section.key=value");
        return Nest(setting[..equals].Trim().Split('.'), setting[(equals + 1)..].Trim(), place);
    }

    private static RecipeTable Nest(string[] keys, string value, RecipePlace place)
    {
        var root = new RecipeTable(place);
        var table = root;
        foreach (var key in keys.AsSpan(..^1))
        {
            var next = new RecipeTable(place);
            table.Entries.Add(key, next);
            table = next;
        }
        table.Entries.Add(keys[^1], new RecipeText(value, place));
        return root;
    }
}
