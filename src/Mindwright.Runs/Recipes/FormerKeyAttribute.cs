namespace Mindwright.Runs.Recipes;

/// <summary>A former key of a section, so that the message about a recipe that still uses it names the new key.</summary>
/// <param name="name">The former key, in snake_case.</param>
/// <param name="now">What to write instead: a key's name, or a sentence.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class FormerKeyAttribute(string name, string now) : Attribute
{
    /// <summary>The former key.</summary>
    public string Name { get; } = name;

    /// <summary>What to write instead.</summary>
    public string Now { get; } = now;

    /// <summary>Whether 0 said what leaving the key out says now: such a recipe still reads.</summary>
    public bool ZeroMeansAbsent { get; init; }
}
