namespace Mindwright.Runs.Recipes;

/// <summary>Where a value was given, for messages: a file and line, an environment variable, or <c>--set</c>.</summary>
internal readonly record struct RecipePlace(string? File, int? Line)
{
    internal RecipeException Error(string problem, string? key = null, string? cure = null, Exception? cause = null) =>
        new(problem, File, Line, key, cure, cause);
}

/// <summary>A piece of a recipe as it was written, before it is known what type it should have.</summary>
internal abstract record RecipeNode(RecipePlace Place)
{
    /// <summary>What it is, for messages: <c>the text "fast"</c>, <c>the number 3</c>, …</summary>
    internal abstract string Describe();
}

/// <summary>A string, bool, long, double or date of TOML; <paramref name="Literal"/> is the spelling in the recipe.</summary>
internal sealed record RecipeScalar(object Value, string Literal, RecipePlace Place) : RecipeNode(Place)
{
    internal override string Describe() => Value switch
    {
        string text => $"the text \"{text}\"",
        bool => $"the truth value {Literal}",
        long or double => $"the number {Literal}",
        _ => $"the date {Literal}",
    };
}

/// <summary>
/// The text of an environment variable or a <c>--set</c>, where quotes may be left out: what it means depends on the key's type.
/// </summary>
internal sealed record RecipeText(string Text, RecipePlace Place) : RecipeNode(Place)
{
    internal override string Describe() => $"'{Text}'";
}

internal sealed record RecipeList(IReadOnlyList<RecipeNode> Items, RecipePlace Place) : RecipeNode(Place)
{
    internal override string Describe() => "a list";
}

internal sealed record RecipeTable(RecipePlace Place) : RecipeNode(Place)
{
    internal Dictionary<string, RecipeNode> Entries { get; } = new(StringComparer.Ordinal);

    internal override string Describe() => "a section";
}
