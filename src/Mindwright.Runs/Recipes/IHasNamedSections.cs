namespace Mindwright.Runs.Recipes;

/// <summary>
/// A recipe with sections that are not properties of its class but come from a list elsewhere, such as the sections of training stages. In a
/// recipe file they look like all others.
/// </summary>
public interface IHasNamedSections
{
    /// <summary>The sections by name, in the order in which they are written; the same for every instance of a class.</summary>
    IReadOnlyDictionary<string, Type> NamedSections { get; }

    /// <summary>A section; its defaults where it was not given.</summary>
    object GetSection(string name);

    /// <summary>Sets a section.</summary>
    void SetSection(string name, object section);
}
