namespace Mindwright.Runs.Recipes;

/// <summary>A recipe in which some keys determine the defaults of others.</summary>
public interface IDerivesDefaults
{
    /// <summary>
    /// The recipe, of the same class, with these defaults in place. What was given explicitly is written over them afterwards, so it need not be
    /// preserved.
    /// </summary>
    object WithDerivedDefaults();
}
