using Mindwright.Planning.Scaling;

namespace Mindwright.Workbench.Scaling;

/// <summary>Finds the scaling law that a person means.</summary>
public static class LawFinder
{
    /// <summary>A published law by its name, or a fit by its file.</summary>
    /// <param name="name">A law's name, or the path of a <c>.json</c> file that a fit or a sweep wrote.</param>
    /// <returns>The law, and the fit with its resamplings where it comes from a file.</returns>
    /// <exception cref="ArgumentException">There is no published law of that name; the message names those there are.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no fit.</exception>
    public static (ScalingLaw Law, LossFit? Fit) Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return (PublishedLaws.Find(name), null);
        var fit = LossFitFile.Read(name);
        return (fit.Law, fit);
    }
}
