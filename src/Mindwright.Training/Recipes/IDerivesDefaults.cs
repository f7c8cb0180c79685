namespace Mindwright.Training.Recipes;

/// <summary>A recipe in which some keys decide what others are by default.</summary>
/// <typeparam name="T">The recipe's class.</typeparam>
public interface IDerivesDefaults<out T>
{
    /// <summary>
    /// The recipe with these defaults in place. What was given explicitly is written over them afterwards, so it need not be preserved.
    /// </summary>
    T WithDerivedDefaults();
}
