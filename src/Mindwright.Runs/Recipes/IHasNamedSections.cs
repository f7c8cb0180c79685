namespace Mindwright.Runs.Recipes;

/// <summary>
/// A recipe some of whose sections are not properties of its class: which ones there are is decided by a list elsewhere, as with the sections
/// of training stages. To a recipe's author they look like all others.
/// </summary>
public interface IHasNamedSections
{
    /// <summary>The sections by name, in the order in which they are written; the same for every instance of a class.</summary>
    IReadOnlyDictionary<string, Type> NamedSections { get; }

    /// <summary>A section; its defaults where it was not given.</summary>
    object GetSection(string name);

    /// <summary>Puts a section in place.</summary>
    void SetSection(string name, object section);
}
