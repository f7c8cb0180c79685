namespace Mindwright.Runs.Recipes;

/// <summary>A key that a section had before, so that a recipe which still uses it is told what the key is called now.</summary>
/// <param name="name">The key as it was, in snake_case.</param>
/// <param name="now">What to write instead: a key's name, or a sentence.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class FormerKeyAttribute(string name, string now) : Attribute
{
    /// <summary>The key as it was.</summary>
    public string Name { get; } = name;

    /// <summary>What to write instead.</summary>
    public string Now { get; } = now;
}
