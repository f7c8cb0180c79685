namespace Mindwright.Runs.Recipes;

/// <summary>A recipe in which some keys decide what others are by default.</summary>
public interface IDerivesDefaults
{
    /// <summary>
    /// The recipe, of the same class, with these defaults in place. What was given explicitly is written over them afterwards, so it need not be
    /// preserved.
    /// </summary>
    object WithDerivedDefaults();
}
